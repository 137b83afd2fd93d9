#include "migrate/waiting.hpp"

#include "lightdash/async/completion.hpp"
#include "lightdash/async/task_scope.hpp"
#include "migrate/failure.hpp"

#include <boost/asio/execution/context.hpp>
#include <boost/asio/query.hpp>
#include <boost/asio/this_coro.hpp>
#include <fmt/format.h>

#include <cstdint>
#include <random>
#include <tuple>
#include <utility>
#include <vector>

namespace lightdash::migrate {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds between_looks{500};
constexpr std::chrono::seconds between_repeats{10};
constexpr std::chrono::seconds patience{2};

task<std::string> blockers_of(pg::database& db, int pid)
{
    static const pg::statement list{"migrations.blockers", R"(
        select b.pid, coalesce(nullif(b.application_name, ''), 'no application name'), coalesce(b.usename::text, '?'),
               coalesce(to_char(b.query_start at time zone 'UTC', 'HH24:MI:SS" UTC"'), 'unknown'),
               coalesce(b.state, 'unknown'), coalesce(left(regexp_replace(b.query, '\s+', ' ', 'g'), 60), '')
        from (select distinct unnest(pg_blocking_pids($1)) as pid) who join pg_stat_activity b on b.pid = who.pid
        order by b.query_start)"};
    using row = std::tuple<std::int32_t, std::string, std::string, std::string, std::string, std::string>;

    const auto session = db.reads(deadline::after(patience));
    const auto rows = co_await session->all<row>(list, std::int32_t{pid});
    std::string text;
    for (const auto& [who, application, user, since, state, query] : rows)
        text += fmt::format("{}pid {} ({}, user {}, {}, query began {}: {})", text.empty() ? "" : "; ", who,
                            application, user, state, since, query);
    co_return text;
}

// Everything by value: it may outlive the migrator by a turn of the loop.
task<void> tell_of_blockers(pg::database& db, timer_wheel& clocks, int pid, std::string label, tell_function tell)
{
    const auto began = deadline::clock::now();
    std::string told;
    auto repeat = deadline::after(between_repeats);
    for (;;) {
        co_await pause(clocks, between_looks);
        auto now = co_await blockers_of(db, pid);
        if (now.empty() || (now == told && !repeat.expired()))
            continue;
        const auto waited = std::chrono::duration_cast<milliseconds>(deadline::clock::now() - began);
        tell(fmt::format("{} waits ({} ms so far) for {}", label, waited.count(), now));
        told = std::move(now);
        repeat = deadline::after(between_repeats);
    }
}

} // namespace

asio::io_context& io_context_of(const asio::any_io_executor& executor)
{
    return static_cast<asio::io_context&>(asio::query(executor, asio::execution::context));
}

task<void> pause(timer_wheel& clocks, milliseconds time)
{
    completion<bool> over;
    alarm bell([](void* waiting) noexcept { static_cast<completion<bool>*>(waiting)->set(true); }, &over);
    clocks.arm(bell, deadline::after(time));
    co_await over.wait();
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
    try {
        rethrow_for_operator(failure);
    } catch (const error& known) {
        return known.kind() == error_kind::cancelled;
    } catch (...) {
        return false;
    }
}

task<void> watched(pg::database& db, timer_wheel& clocks, int pid, std::string label, tell_function tell,
                   task<void> work)
{
    if (!tell) {
        co_await std::move(work);
        co_return;
    }
    task_scope beside{io_context_of(co_await asio::this_coro::executor), {}};
    beside.spawn("migrations.blockers", tell_of_blockers(db, clocks, pid, std::move(label), std::move(tell)));
    std::exception_ptr failure;
    try {
        co_await std::move(work);
    } catch (...) {
        failure = std::current_exception();
    }
    beside.cancel();
    if (!was_cancelled(failure)) // a cancelled coroutine cannot wait
        co_await beside.join(clocks, deadline::after(patience));
    if (failure)
        std::rethrow_exception(failure);
}

} // namespace lightdash::migrate
