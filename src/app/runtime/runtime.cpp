#include "app/runtime/runtime.hpp"

#include "lightdash/async/attempt.hpp"
#include "lightdash/async/task_scope.hpp"
#include "lightdash/core/error.hpp"
#include "lightdash/core/log.hpp"
#include "lightdash/pg/connection_target.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

namespace lightdash::app {

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

// The first wish to stop cancels the work, the second one does not wait for that.
class interruptions {
public:
    interruptions(asio::io_context& context, const held_stop_signals& held, task_scope& work)
        : signals_(
              context, held, 0,
              [this, &work](int) {
                  seen_ = true;
                  fmt::print(stderr,
                             "Interrupted: cancelling, and rolling back what is not committed (again: end at once).\n");
                  work.cancel();
              },
              [](int number) {
                  fmt::print(stderr, "Ended at once: the server rolls back what was not committed.\n");
                  std::_Exit(128 + number);
              })
    {
        signals_.start();
    }

    bool any() const noexcept { return seen_; }

private:
    stop_signals signals_;
    bool seen_ = false;
};

constexpr std::chrono::seconds one_attempt{5};

} // namespace

command_postgres::command_postgres(const settings& config)
{
    connection_ = connection_options(config, std::nullopt);
    if (!config.database_url.empty())
        return;
    const auto running = ops::embedded_postgres::conninfo_of_running({.data_dir = config.data_dir});
    const auto folder = std::filesystem::absolute(config.data_dir).lexically_normal().string();
    if (!running)
        throw error{error_kind::configuration,
                    fmt::format("there is no database: DATABASE_URL is not set, and no running server has a private "
                                "PostgreSQL in {}. Set DATABASE_URL, or name the server's folder with --data-dir; "
                                "'lightdash-backend serve' starts a private PostgreSQL, and stops it at its end.",
                                folder)};
    fmt::print(stderr, "DATABASE_URL is not set: this is the private PostgreSQL of the server that runs on {}.\n",
               folder);
    connection_.conninfo = secret{*running};
}

bool has_database(const settings& config)
{
    return !config.database_url.empty() || ops::embedded_postgres::conninfo_of_running({.data_dir = config.data_dir});
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
    outcome<int> ended{1};
    task_scope scope{context_, {}};
    interruptions signals{context_, held_, scope};
    const auto connect_and_work = [&]() -> task<int> {
        co_await (patience ? database_.wait_until_up(deadline::after(*patience))
                           : database_.connect_once(deadline::after(one_attempt)));
        co_return co_await std::move(work);
    };
    const auto body = [&]() -> task<> { ended = co_await attempt(connect_and_work()); };
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
    return std::move(ended).get();
}

task<int> done(task<void> work)
{
    co_await std::move(work);
    co_return 0;
}

} // namespace lightdash::app
