// What every command that talks to PostgreSQL runs on: the loop, its clocks, its helper threads, and the database.
#pragma once

#include "app/config/config.hpp"
#include "app/runtime/stop_signals.hpp"
#include "lightdash/async/offload.hpp"
#include "lightdash/async/task.hpp"
#include "lightdash/async/timer_wheel.hpp"
#include "lightdash/ops/embedded_postgres.hpp"
#include "lightdash/pg/database.hpp"

#include <chrono>
#include <functional>
#include <optional>

namespace lightdash::app {

pg::connection_options connection_options(const settings& config, const std::optional<ops::embedded_postgres>& own);
pg::pool_options pool_options(const settings& config);
void log_pool_event(const pg::pool_event& event);

// How a command reaches PostgreSQL: DATABASE_URL, else the private one of a running server, which stderr then names.
// Throws error_kind::configuration when there is neither: a command that made itself an empty database where it stands
// would do its work on the wrong one.
class command_postgres {
public:
    explicit command_postgres(const settings& config);
    pg::connection_options connection() const { return connection_; }

private:
    pg::connection_options connection_;
};

// True when a command has a database to ask: DATABASE_URL is set, or a server runs the private PostgreSQL.
bool has_database(const settings& config);

// For commands: one loop, a small pool, and stop signals that cancel the work.
class runtime {
public:
    explicit runtime(const settings& config);
    // On a server that is known to the caller, who keeps `server` alive as long as this.
    runtime(const settings& config, pg::connection_options connection);
    // The same; what the server says beside its answers (NOTICE, WARNING) goes to `on_notice`.
    runtime(const settings& config, pg::connection_options connection, std::function<void(std::string_view)> on_notice);
    ~runtime();

    pg::database& database() noexcept { return database_; }
    timer_wheel& clocks() noexcept { return clocks_; }

    // Connects (waiting at most `patience` for the database to come up; without it the first failed attempt decides),
    // runs the work and closes the pool. Returns the work's exit code, or 130 when a signal came first: the work was
    // cancelled and what it had not committed is rolled back, and stderr says so. A second wish (stop_wishes) ends the
    // process at once. Throws what the work throws, and the connect error (error::connect_fault) when there is no
    // connection.
    int run(task<int> work, std::optional<std::chrono::milliseconds> patience = std::nullopt);

private:
    held_stop_signals held_; // before any thread
    std::optional<command_postgres> postgres_;
    asio::io_context context_{1};
    timer_wheel clocks_{context_};
    offload_pool blocking_{context_, 2, 64};
    pg::database database_;
};

// Work for runtime::run that ends well when it does not throw, and its result.
task<int> done(task<void> work);
template <class Result, class T>
task<int> into(Result& result, task<T> work)
{
    result = co_await std::move(work);
    co_return 0;
}

} // namespace lightdash::app
