#include "app/server/telemetry/metrics.hpp"

#include "lightdash/core/log.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace lightdash::app {
namespace {

constexpr std::chrono::milliseconds beat_interval{100};

double seconds(std::chrono::nanoseconds time)
{
    return std::chrono::duration<double>{time}.count();
}

// The names that Lightdash's own dashboards ask for come first (api.md section 5), then OpenTelemetry's.
void write_pool(http::metrics_writer& out, const pg::pool_stats& pool)
{
    const auto number = [](std::size_t count) { return static_cast<double>(count); };
    out.gauge("pg_pool_max_size", "Connections the pool may have.", number(pool.max));
    out.gauge("pg_pool_size", "Connections the pool has.",
              number(pool.idle + pool.used + pool.lanes + pool.connecting + pool.cleaning + pool.closing));
    out.gauge("pg_active_connections", "Connections in use, read lanes included.", number(pool.used + pool.lanes));
    out.gauge("pg_idle_connections", "Connections that wait for work.", number(pool.idle));
    out.gauge("pg_queued_queries", "Requests that wait for a connection.", number(pool.waiting));
    out.gauge("pg_up", "1 while PostgreSQL answers.", pool.state == pg::availability::up ? 1 : 0);

    using type = http::metrics_writer::type;
    out.head("db_client_connection_count", type::gauge, "Connections by state.");
    for (const auto& [state, count] : {std::pair{"idle", pool.idle},
                                       {"used", pool.used},
                                       {"lane", pool.lanes},
                                       {"connecting", pool.connecting},
                                       {"cleaning", pool.cleaning},
                                       {"closing", pool.closing}})
        out.sample("db_client_connection_count", number(count), {{"state", state}});
    out.counter("db_client_connection_acquired_total", "Connections lent.", pool.acquired);
    out.head("db_client_connection_wait_seconds_total", type::counter, "Time spent waiting for connections.");
    out.sample("db_client_connection_wait_seconds_total", seconds(pool.acquire_wait));
    out.head("db_client_connection_refusals_total", type::counter, "Requests that got no connection, by reason.");
    for (const auto& [reason, count] : {std::pair{"timeout", pool.acquire_timeouts},
                                        {"queue_full", pool.queue_refusals},
                                        {"unavailable", pool.unavailable_refusals}})
        out.sample("db_client_connection_refusals_total", count, {{"reason", reason}});
    out.counter("db_client_connection_created_total", "Connections opened.", pool.connects);
    out.counter("db_client_connection_create_failures_total", "Connections that could not be opened.",
                pool.connect_failures);
    out.head("db_client_connection_closed_total", type::counter, "Connections closed, by reason.");
    for (const auto& [reason, count] : {std::pair{"idle", pool.closed_idle},
                                        {"lifetime", pool.closed_lifetime},
                                        {"broken", pool.closed_broken},
                                        {"dirty", pool.closed_dirty}})
        out.sample("db_client_connection_closed_total", count, {{"reason", reason}});
    out.counter("db_client_connection_long_holds_total", "Connections borrowed for too long.", pool.long_holds);
}

void write_statements(http::metrics_writer& out, const pg::pool_stats& pool)
{
    using type = http::metrics_writer::type;
    out.counter("db_client_statements_total", "Statements executed.", pool.statements);
    out.counter("db_client_prepares_total", "Statements prepared.", pool.prepares);
    out.counter("db_client_statement_cache_hits_total", "Statements that were prepared already.",
                pool.statement_cache_hits);
    out.counter("db_client_statement_repairs_total", "Statements prepared again after the schema changed.",
                pool.statement_repairs);
    out.counter("db_client_lane_statements_total", "Reads that shared a connection.", pool.lane_statements);
    out.counter("db_client_lane_batches_total", "Round trips of shared reads.", pool.lane_batches);
    out.counter("db_client_lane_resent_total", "Shared reads sent again because of a neighbour or a lost connection.",
                pool.lane_resent);
    out.counter("db_client_lane_overflow_total", "Shared reads sent on a connection of their own.", pool.lane_overflow);
    out.counter("db_client_transaction_retries_total", "Transactions run again.", pool.transaction_retries);
    out.counter("db_client_cancels_total", "Statements cancelled.", pool.cancels);
    out.counter("db_client_commits_in_doubt_total", "Commits whose outcome nobody knows.", pool.commits_in_doubt);

    constexpr auto& bounds = pg::pool_stats::query_seconds_buckets;
    out.head("db_client_operation_duration_seconds", type::histogram, "Time from sending a statement to its answer.");
    for (std::size_t i = 0; i < pool.query_seconds.size(); ++i) {
        const auto bound = i < bounds.size() ? fmt::format("{}", bounds[i]) : std::string{"+Inf"};
        out.sample("db_client_operation_duration_seconds_bucket", pool.query_seconds[i], {{"le", bound}});
    }
    out.sample("db_client_operation_duration_seconds_sum", seconds(pool.query_time));
    out.sample("db_client_operation_duration_seconds_count", pool.query_seconds.back());
}

} // namespace

metrics::metrics(timer_wheel& clocks, const pg::database& db)
    : clocks_(clocks), db_(db), heartbeat_([](void* self) noexcept { static_cast<metrics*>(self)->beat(); }, this)
{
    beat();
}

void metrics::beat()
{
    const auto now = deadline::clock::now();
    if (!expected_.is_never())
        worst_lag_ = std::max(worst_lag_, std::chrono::nanoseconds{now - expected_.when()} - timer_wheel::tick);
    expected_ = deadline::at(now + beat_interval);
    clocks_.arm(heartbeat_, expected_);
}

std::string metrics::text(const http::server_stats& server)
{
    http::metrics_page page;
    page.add([&](http::metrics_writer& out) { requests_.write(out, server); });
    const auto pool = db_.stats();
    page.add([&](http::metrics_writer& out) { write_pool(out, pool); });
    page.add([&](http::metrics_writer& out) { write_statements(out, pool); });
    page.add([&](http::metrics_writer& out) {
        out.gauge("event_loop_lag_seconds", "The longest the loop was late since the last scrape.",
                  seconds(std::max(std::exchange(worst_lag_, {}), std::chrono::nanoseconds{0})));
        out.counter("log_lines_dropped_total", "Log lines dropped because nobody read them.", log::dropped_lines());
    });
    return page.text();
}

http::response metrics::answer(std::string page)
{
    auto made = http::metrics_page{}.answer();
    made.body = std::move(page);
    return made;
}

} // namespace lightdash::app
