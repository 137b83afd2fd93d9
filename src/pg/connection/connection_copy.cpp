// COPY: the one thing that libpq does not do in pipeline mode, so the connection leaves it for that time.
#include "pg/connection/connection_impl.hpp"

#include "lightdash/async/attempt.hpp"
#include "lightdash/pg/sqlstate.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace lightdash::pg {
namespace {

// So much is copied without giving others a turn.
constexpr std::size_t turn = 256 * 1024;

// The connection outside pipeline mode. Unless it came back into it, the connection is broken afterwards.
class copy_run {
public:
    copy_run(std::shared_ptr<connection::impl> driver, const statement& copy, deadline until)
        : driver_(std::move(driver)), copy_(copy), until_(until)
    {
        throw_if_lost();
        if (driver_->busy())
            throw error{error_kind::internal, "COPY was begun on a connection that is busy."};
        driver_->copying = true;
        if (!driver_->line.begin_copy(copy.text()))
            throw_lost();
    }
    copy_run(const copy_run&) = delete;
    copy_run& operator=(const copy_run&) = delete;
    ~copy_run()
    {
        driver_->copying = false;
        if (!over_)
            driver_->lose(
                error{error_kind::database_unavailable, "A COPY was given up half-way."}.with_poisoned_connection());
    }

    libpq_wire& line() noexcept { return driver_->line; }

    // Waits until the server says something of the COPY as a whole.
    task<answer> next()
    {
        while (driver_->line.busy())
            co_await wait(connection::impl::wanted::to_read);
        co_return driver_->line.next();
    }
    // The server is ready to copy. Throws what it refused.
    task<void> begin()
    {
        auto got = co_await next();
        if (got.what == answer::kind::copy)
            co_return;
        if (got.what == answer::kind::refused)
            refused_ = std::move(got.said);
        co_await leave();
        throw error{error_kind::database_error, "A statement that is no COPY was run as one."};
    }
    // All was copied. Returns the rows; throws what the server refused.
    task<std::uint64_t> end()
    {
        auto got = co_await next();
        if (got.what == answer::kind::refused)
            refused_ = std::move(got.said);
        co_await leave();
        co_return got.value.affected();
    }
    task<void> send_all()
    {
        while (driver_->line.unsent())
            co_await wait(connection::impl::wanted::to_send);
    }
    task<void> wait(connection::impl::wanted what)
    {
        throw_if_lost();
        co_await driver_->wait_for_socket(what, until_);
        throw_if_lost();
        moved_ = 0;
    }
    // So much was copied since the last wait that others should have a turn.
    bool turn_is_over(std::size_t bytes) noexcept
    {
        moved_ += bytes;
        return moved_ >= turn;
    }
    task<void> yield()
    {
        moved_ = 0;
        co_await asio::post(driver_->context, asio::use_awaitable);
        if (until_.expired())
            throw error{error_kind::deadline_exceeded, "COPY took longer than there was time."};
        throw_if_lost();
    }
    [[noreturn]] void throw_lost() const { throw driver_->line.lost(); }

private:
    void throw_if_lost() const
    {
        if (const auto* failure = driver_->queue.failure())
            throw error{*failure};
    }
    // Back to pipeline mode.
    task<void> leave()
    {
        for (;;) {
            auto got = co_await next();
            if (got.what == answer::kind::end)
                break;
        }
        if (!driver_->line.end_copy())
            throw_lost();
        over_ = true;
        if (!refused_)
            co_return;
        refused_->statement = copy_.name();
        throw make_error(std::move(*refused_));
    }

    std::shared_ptr<connection::impl> driver_;
    const statement& copy_;
    deadline until_;
    std::unique_ptr<database_diagnostics> refused_;
    std::size_t moved_ = 0;
    bool over_ = false;
};

} // namespace

task<std::uint64_t> connection::copy_in(const statement& copy, std::function<std::optional<std::string>()> next,
                                        deadline until)
{
    const auto driver = impl_;
    co_await driver->wait_until_idle(until); // a new connection is still being told its limits
    copy_run run{driver, copy, until};
    co_await run.begin();
    std::exception_ptr failure;
    for (;;) {
        const auto chunk = attempt(next);
        failure = chunk.failure();
        if (failure || !chunk.value())
            break;
        if (!run.line().put_copy(*chunk.value()))
            break; // the server has refused already: end() says why
        co_await run.send_all();
        if (run.turn_is_over(chunk.value()->size()))
            co_await run.yield();
    }
    if (!run.line().end_copy_in(failure ? "the program that copies failed" : nullptr))
        run.throw_lost();
    co_await run.send_all();
    try {
        const auto rows = co_await run.end();
        if (!failure)
            co_return rows;
    } catch (const error&) {
        if (!failure)
            throw;
    }
    std::rethrow_exception(failure);
}

task<std::uint64_t> connection::copy_out(const statement& copy, std::function<void(std::string_view)> take,
                                         deadline until)
{
    const auto driver = impl_;
    co_await driver->wait_until_idle(until); // a new connection is still being told its limits
    copy_run run{driver, copy, until};
    co_await run.begin();
    for (;;) {
        std::size_t bytes = 0;
        const auto counted = [&](std::string_view row) {
            bytes = row.size();
            take(row);
        };
        const auto got = run.line().read_copy(counted);
        if (got == libpq_wire::copy_read::end)
            break;
        if (got == libpq_wire::copy_read::failed)
            run.throw_lost();
        if (got == libpq_wire::copy_read::wait)
            co_await run.wait(connection::impl::wanted::to_read);
        else if (run.turn_is_over(bytes))
            co_await run.yield();
    }
    co_return co_await run.end();
}

} // namespace lightdash::pg
