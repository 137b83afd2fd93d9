// Making a connection: names are looked up off the loop, then libpq is driven until it is connected.
#include "pg/connection/connecting.hpp"
#include "pg/connection/connection_impl.hpp"
#include "pg/connection/offload_until.hpp"
#include "pg/wire/conninfo.hpp"
#include "pg/wire/libpq_connect.hpp"
#include "pg/wire/session_settings.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <utility>

namespace lightdash::pg {
namespace {

// libpq's socket, lent to the reactor for one wait: libpq may close it whenever it is polled.
class lent_socket {
public:
    lent_socket(asio::io_context& context, int socket) : descriptor_(context, socket) {}
    lent_socket(const lent_socket&) = delete;
    lent_socket& operator=(const lent_socket&) = delete;
    ~lent_socket() { descriptor_.release(); }

    // Ends without an error also when `until` passes: who asks looks at the clock.
    task<void> wait(timer_wheel& clocks, connecting::wish wish, deadline until)
    {
        using descriptor = asio::posix::stream_descriptor;
        bool late = false;
        alarm_target target{descriptor_, late};
        alarm clock{[](void* of) noexcept { static_cast<alarm_target*>(of)->fire(); }, &target};
        clocks.arm(clock, until);
        boost::system::error_code failure;
        co_await descriptor_.async_wait(wish == connecting::wish::readable ? descriptor::wait_read
                                                                           : descriptor::wait_write,
                                        asio::redirect_error(asio::use_awaitable, failure));
        if (failure == asio::error::operation_aborted && !late)
            throw error{error_kind::cancelled, "The connecting was cancelled."};
    }

private:
    struct alarm_target {
        asio::posix::stream_descriptor& descriptor;
        bool& late;
        void fire() noexcept
        {
            late = true;
            boost::system::error_code ignored;
            descriptor.cancel(ignored);
        }
    };
    asio::posix::stream_descriptor descriptor_;
};

task<conninfo> look_up(asio::io_context& context, timer_wheel& clocks, offload_pool& blocking,
                       const connection_options& options, deadline limit, deadline until)
{
    auto how = conninfo::parse(options);
    if (!how.needs_resolution())
        co_return how;
    try {
        co_return co_await offload_until(
            context, clocks, blocking, [how] { return how.resolved(); }, std::min(limit, until));
    } catch (const error& failure) {
        if (failure.kind() != error_kind::deadline_exceeded || until <= limit)
            throw;
    }
    throw error{error_kind::database_unavailable, "The database server's name could not be looked up in time."}
        .with_retry_after(std::chrono::seconds{1});
}

task<connection_handle> connect(asio::io_context& context, timer_wheel& clocks, const conninfo& how, deadline limit,
                                deadline until)
{
    libpq_connect line{how};
    connecting machine{line, limit, until};
    for (;;) {
        const auto wish = machine.step(deadline::clock::now());
        if (wish == connecting::wish::failed)
            throw error{machine.failure()};
        if (wish == connecting::wish::connected)
            co_return line.release();
        lent_socket socket{context, line.socket()};
        co_await socket.wait(clocks, wish, machine.due());
    }
}

bool is_other(const libpq_wire& line, const session_setting& one, bool behind_pooler)
{
    using enum session_setting::scope;
    return (one.where == pooled || (one.where == reported && !behind_pooler)) && line.setting(one.name) != one.value;
}

// What the start of the session could not settle: libpq sends PGTZ and PGDATESTYLE so that they go before `options`,
// and a transaction pooler takes no options, but remembers for each client what it has set.
task<void> settle(connection& made, const libpq_wire& line, bool behind_pooler, deadline until)
{
    auto corrections = std::make_unique<batch>();
    for (const auto& one : session_settings)
        if (is_other(line, one, behind_pooler))
            corrections->commands.push_back(command::plain(one.command));
    if (corrections->commands.empty())
        co_return;
    co_await made.run(corrections, until);
    if (const auto* refused = corrections->first_failure())
        throw error{*refused};
    for (const auto& one : session_settings)
        if (is_other(line, one, behind_pooler) && !line.setting(one.name).empty())
            throw error{error_kind::configuration,
                        fmt::format("The database's sessions keep {} = '{}', and this program needs '{}': values would "
                                    "mean something else.",
                                    one.name, line.setting(one.name), one.value)};
}

// What the server has to know for a client that it does not hear any more. Shorter limits of the role or database stay.
std::string limits_of_session(std::chrono::milliseconds limit)
{
    return fmt::format("SELECT set_config(name, '{0}ms', false) "
                       "FROM (VALUES ('statement_timeout'), ('idle_in_transaction_session_timeout')) limits(name) "
                       "WHERE NOT current_setting(name)::interval BETWEEN '1 us' AND '{0}ms'",
                       limit.count());
}

// Nobody waits for it: what is asked first travels right behind.
void set_limits(connection::impl& driver, const connection_options& options)
{
    constexpr int checks_clients = 140000;
    auto limits = std::make_unique<batch>();
    std::string text;
    // Whether the client is still there while a statement runs: closing the connection ends the statement.
    if (driver.line.server_version() >= checks_clients)
        limits->commands.push_back(command::plain("SET client_connection_check_interval = '250ms'"));
    if (options.server_limit.count() > 0) {
        text = limits_of_session(options.server_limit);
        limits->commands.push_back(command::plain(text));
    }
    if (limits->commands.empty())
        return;
    driver.submit(*limits);
    driver.abandon(std::move(limits)); // no text is looked at any more
}

} // namespace

task<std::unique_ptr<connection>> connection::open(asio::io_context& context, timer_wheel& clocks,
                                                   offload_pool& blocking, const connection_options& options,
                                                   deadline until)
{
    const auto limit = deadline::after(options.connect_timeout);
    const auto how = co_await look_up(context, clocks, blocking, options, limit, until);
    auto handle = co_await connect(context, clocks, how, limit, until);
    auto driver = std::make_shared<impl>(context, clocks, blocking, std::move(handle), options);
    std::unique_ptr<connection> made{new connection{driver}};
    driver->start(*made);
    co_await settle(*made, driver->line, options.transaction_pooler, std::min(limit, until));
    if (!options.transaction_pooler) // which would hand them to the next client
        set_limits(*driver, options);
    co_return made;
}

} // namespace lightdash::pg
