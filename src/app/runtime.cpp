#include "app/runtime.hpp"

#include "lightdash/async/task_scope.hpp"
#include "lightdash/core/log.hpp"
#include "lightdash/pg/connection_target.hpp"

#include <boost/asio/signal_set.hpp>
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>

namespace lightdash::app {

std::optional<ops::embedded_postgres> private_postgres(const settings& config)
{
    if (!config.database_url.empty())
        return std::nullopt;
    return ops::embedded_postgres::start({.data_dir = config.data_dir});
}

pg::connection_options connection_options(const settings& config, const std::optional<ops::embedded_postgres>& own)
{
    pg::connection_options options;
    options.conninfo = own ? secret{own->conninfo()} : config.database_url;
    pg::target_of(options.conninfo); // what cannot be read is refused at once, not by every attempt to connect
    options.transaction_pooler = config.transaction_pooler;
    return options;
}

pg::pool_options pool_options(const settings& config)
{
    pg::pool_options options;
    options.min = config.pool_min;
    options.max = config.pool_max;
    options.lanes = config.pool_lanes;
    options.queue_limit = config.pool_queue;
    options.acquire_timeout = config.pool_acquire_timeout;
    options.idle_timeout = config.pool_idle_timeout;
    options.max_lifetime = config.pool_max_lifetime;
    return options;
}

void log_pool_event(const pg::pool_event& event)
{
    using kind = pg::pool_event::kind;
    switch (event.what) {
    case kind::connected:
    case kind::notice:
        log::debug(event.text);
        break;
    case kind::came_up:
        log::info(event.text);
        break;
    case kind::connect_failed:
    case kind::went_down:
    case kind::connection_lost:
    case kind::became_read_only:
    case kind::long_hold:
        log::warn(event.text);
        break;
    }
}

namespace {

pg::pool_options command_pool(const settings& config)
{
    auto options = pool_options(config);
    options.min = 1;
    options.max = 3;
    options.lanes = 1;
    options.long_hold = std::chrono::hours{24}; // a command's own business
    return options;
}

// The first signal cancels the work, the second one does not wait for that.
class interruptions {
public:
    interruptions(asio::io_context& context, task_scope& work) : signals_(context, SIGINT, SIGTERM), work_(work)
    {
        wait();
    }

    bool any() const noexcept { return seen_; }

private:
    void wait()
    {
        signals_.async_wait([this](boost::system::error_code ignored, int number) {
            if (!ignored)
                on_signal(number);
        });
    }
    void on_signal(int number)
    {
        if (seen_) {
            fmt::print(stderr, "Ended at once: the server rolls back what was not committed.\n");
            std::_Exit(128 + number);
        }
        seen_ = true;
        fmt::print(stderr, "Interrupted: cancelling, and rolling back what is not committed (again: end at once).\n");
        work_.cancel();
        wait();
    }

    asio::signal_set signals_;
    task_scope& work_;
    bool seen_ = false;
};

constexpr std::chrono::seconds one_attempt{5};

} // namespace

command_postgres::command_postgres(const settings& config)
{
    const auto running = config.database_url.empty()
                             ? ops::embedded_postgres::conninfo_of_running({.data_dir = config.data_dir})
                             : std::nullopt;
    if (!running)
        own_ = private_postgres(config);
    connection_ = connection_options(config, own_);
    if (running)
        connection_.conninfo = secret{*running};
}

command_postgres::command_postgres(const settings& config, const std::string& database) : command_postgres(config)
{
    connection_.conninfo = pg::with_database(connection_.conninfo, database);
}

namespace {

// A command says once, at its end, what went wrong.
void note_pool_event(const pg::pool_event& event)
{
    log::debug(event.text);
}

} // namespace

runtime::runtime(const settings& config)
    : postgres_(config),
      database_(context_, clocks_, blocking_, postgres_->connection(), command_pool(config), note_pool_event)
{}

runtime::runtime(const settings& config, pg::connection_options connection)
    : database_(context_, clocks_, blocking_, std::move(connection), command_pool(config), note_pool_event)
{}

runtime::runtime(const settings& config, pg::connection_options connection,
                 std::function<void(std::string_view)> on_notice)
    : database_(context_, clocks_, blocking_, std::move(connection), command_pool(config),
                [said = std::move(on_notice)](const pg::pool_event& event) {
                    note_pool_event(event);
                    if (event.what == pg::pool_event::kind::notice)
                        said(event.text);
                })
{}

runtime::~runtime() = default;

int runtime::run(task<int> work, std::optional<std::chrono::milliseconds> patience)
{
    std::exception_ptr failure;
    int code = 1;
    task_scope scope{context_, {}};
    interruptions signals{context_, scope};
    const auto body = [&]() -> task<> {
        try {
            co_await (patience ? database_.wait_until_up(deadline::after(*patience))
                               : database_.connect_once(deadline::after(one_attempt)));
            code = co_await std::move(work);
        } catch (...) {
            failure = std::current_exception();
        }
    };
    const auto whole = [&]() -> task<> {
        co_await scope.join(clocks_, deadline::never());
        co_await database_.stop(deadline::after(std::chrono::seconds{2}));
        context_.stop(); // what is left are clocks
    };
    database_.start();
    scope.spawn("command", body());
    task_scope closing{context_, {}};
    closing.spawn("closing", whole());
    context_.run();
    if (signals.any()) {
        fmt::print(stderr, "Rolled back.\n");
        return 130;
    }
    if (failure)
        std::rethrow_exception(failure);
    return code;
}

} // namespace lightdash::app
