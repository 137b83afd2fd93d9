#include "migrate/run/blockers.hpp"

#include "lightdash/async/attempt.hpp"
#include "lightdash/async/task_scope.hpp"
#include "migrate/run/failure.hpp"

#include <boost/asio/execution/context.hpp>
#include <boost/asio/query.hpp>
#include <boost/asio/this_coro.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <tuple>
#include <utility>
#include <vector>

namespace lightdash::migrate {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds between_looks{500};
constexpr milliseconds between_close_looks{8};
constexpr milliseconds young{500};
constexpr milliseconds until_autovacuum_yields{1'500}; // deadlock_timeout is a second
constexpr std::chrono::seconds between_repeats{10};
constexpr std::chrono::seconds look_timeout{2};

// Everything by value, here and below: it may outlive the migrator by a turn of the loop.
task<void> keep_looking(timer_wheel& clocks, std::shared_ptr<blocker_report> blockers)
{
    for (;;) {
        co_await pause(clocks, between_looks);
        co_await blockers->look();
    }
}

// Ends by itself: a cancelled question would cost its connection a clean-up.
task<void> look_until_seen(timer_wheel& clocks, std::shared_ptr<blocker_report> blockers, std::shared_ptr<bool> over)
{
    for (bool seen = false; !seen && !*over;) {
        co_await pause(clocks, between_close_looks);
        if (!*over)
            seen = co_await blockers->look();
    }
}

} // namespace

asio::io_context& io_context_of(const asio::any_io_executor& executor)
{
    return static_cast<asio::io_context&>(asio::query(executor, asio::execution::context));
}

milliseconds jittered_pause(int attempt)
{
    static thread_local std::minstd_rand random{std::random_device{}()};
    const int base = 100 << attempt;
    return milliseconds{std::uniform_int_distribution<int>{base / 2, base * 3 / 2}(random)};
}

bool was_cancelled(const std::exception_ptr& failure)
{
    if (!failure)
        return false;
    const auto told = attempt([&] { rethrow_for_operator(failure); });
    const auto* const known = told.failure_as<error>();
    return known && known->kind() == error_kind::cancelled;
}

blocker_report::blocker_report(pg::database& db, int pid, std::string label, tell_function tell)
    : db_(db), pid_(pid), label_(std::move(label)), tell_(std::move(tell)), repeat_(deadline::after(between_repeats))
{}

task<bool> blocker_report::look()
{
    static const pg::statement list{"migrations.blockers", R"(
        select b.pid, coalesce(nullif(b.application_name, ''), b.backend_type, 'no application name'),
               coalesce(b.usename::text, '?'),
               coalesce(to_char(b.query_start at time zone 'UTC', 'HH24:MI:SS" UTC"'), 'unknown'),
               coalesce(b.state, 'unknown'), coalesce(left(regexp_replace(b.query, '\s+', ' ', 'g'), 60), ''),
               coalesce(b.backend_type = 'autovacuum worker', false),
               coalesce(least((extract(epoch from clock_timestamp() - b.xact_start) * 1000)::bigint, 3600000), 3600000)
        from (select distinct unnest(pg_blocking_pids($1)) as pid) who join pg_stat_activity b on b.pid = who.pid
        order by b.query_start)"};
    using row =
        std::tuple<std::int32_t, std::string, std::string, std::string, std::string, std::string, bool, std::int64_t>;

    const auto session = db_.reads(deadline::after(look_timeout));
    const auto rows = co_await session->all<row>(list, std::int32_t{pid_});
    if (rows.empty())
        co_return false;
    std::string now;
    only_autovacuum_ = true;
    milliseconds oldest{0};
    for (const auto& [who, application, user, since, state, query, autovacuum, age] : rows) {
        now += fmt::format("{}pid {} ({}, user {}, {}, query began {}: {})", now.empty() ? "" : "; ", who, application,
                           user, state, since, query);
        only_autovacuum_ = only_autovacuum_ && autovacuum;
        oldest = std::max(oldest, milliseconds{age});
    }
    young_until_ = oldest < young ? deadline::after(young - oldest) : deadline::at({});
    if (!tell_ || (now == told_ && !repeat_.expired()))
        co_return true;
    const auto waited = std::chrono::duration_cast<milliseconds>(deadline::clock::now() - began_);
    tell_(fmt::format("{} waits ({} ms so far) for {}", label_, waited.count(), now));
    told_ = std::move(now);
    repeat_ = deadline::after(between_repeats);
    co_return true;
}

milliseconds blocker_report::worth_waiting() const
{
    if (only_autovacuum_)
        return until_autovacuum_yields;
    return young_until_.expired() ? milliseconds{0}
                                  : std::chrono::duration_cast<milliseconds>(young_until_.remaining());
}

task<void> watched(timer_wheel& clocks, std::shared_ptr<blocker_report> blockers, task<void> work)
{
    task_scope beside{io_context_of(co_await asio::this_coro::executor), {}};
    beside.spawn("migrations.blockers", keep_looking(clocks, std::move(blockers)));
    auto ended = co_await attempt(std::move(work));
    beside.cancel();
    if (!was_cancelled(ended.failure())) // a cancelled coroutine cannot wait
        co_await beside.join(clocks, deadline::after(look_timeout));
    std::move(ended).get();
}

task<void> watched_closely(timer_wheel& clocks, std::shared_ptr<blocker_report> blockers, task<void> work)
{
    const auto over = std::make_shared<bool>(false);
    task_scope beside{io_context_of(co_await asio::this_coro::executor), {}};
    beside.spawn("migrations.blockers", look_until_seen(clocks, std::move(blockers), over));
    auto ended = co_await attempt(std::move(work));
    *over = true;
    if (was_cancelled(ended.failure()))
        beside.cancel();
    else
        co_await beside.join(clocks, deadline::after(look_timeout));
    std::move(ended).get();
}

} // namespace lightdash::migrate
