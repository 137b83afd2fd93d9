// Rows as they arrive: at most one part of them waits to be taken, and one is being made.
#include "pg/connection/connection_impl.hpp"

#include <utility>

namespace lightdash::pg {
namespace {

class stream_source final : public row_source, private part_sink {
public:
    stream_source(std::shared_ptr<connection::impl> driver, std::unique_ptr<batch> b, deadline until)
        : driver_(std::move(driver)), batch_(std::move(b)), until_(until)
    {
        batch_->in_parts = true;
        batch_->parts = this;
        batch_->on_done = [](batch&, void* self) noexcept { static_cast<stream_source*>(self)->end(); };
        batch_->context = this;
        driver_->submit(*batch_);
    }
    ~stream_source() override { give_up(); }

    task<result> next() override
    {
        if (!part_ && !ended_) {
            driver_wait waiting{waiter_, driver_->clocks, until_};
            const bool woken = co_await waiting.wait();
            if (!woken) {
                give_up();
                throw error{error_kind::deadline_exceeded, "The rows did not arrive before the request's deadline."};
            }
        }
        if (part_) {
            auto rows = std::move(*part_);
            part_.reset();
            if (!ended_)
                driver_->resume();
            co_return rows;
        }
        throw_failure();
        co_return result{};
    }

private:
    void take(result rows) noexcept override
    {
        part_ = std::move(rows);
        wake();
    }
    bool full() const noexcept override { return part_.has_value(); }

    void end() noexcept
    {
        ended_ = true;
        wake();
    }
    void wake() noexcept
    {
        if (waiter_)
            std::exchange(waiter_, nullptr)->set(true);
    }
    void give_up() noexcept
    {
        part_.reset();
        if (std::exchange(ended_, true))
            return;
        driver_->abandon(std::move(batch_));
        driver_->resume(); // to read and discard the rest
    }
    void throw_failure() const
    {
        if (!batch_)
            throw error{error_kind::deadline_exceeded, "The rows did not arrive before the request's deadline."};
        if (batch_->broken)
            throw error{*batch_->broken};
        if (const auto* failure = batch_->first_failure())
            throw error{*failure};
    }

    std::shared_ptr<connection::impl> driver_;
    std::unique_ptr<batch> batch_;
    deadline until_;
    std::optional<result> part_;
    completion<bool>* waiter_ = nullptr;
    bool ended_ = false;
};

} // namespace

task<std::unique_ptr<row_source>> connection::stream(std::unique_ptr<batch> b, deadline until)
{
    co_return std::make_unique<stream_source>(impl_, std::move(b), until);
}

task<std::unique_ptr<row_source>> connection::stream(command only, deadline until)
{
    auto b = std::make_unique<batch>();
    b->commands.push_back(std::move(only));
    return stream(std::move(b), until);
}

} // namespace lightdash::pg
