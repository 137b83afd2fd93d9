#include "lightdash/ops/inspect/signal.hpp"

#include "lightdash/core/error.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lightdash::ops {
namespace {

// A pid alone may have passed to another session, and the session on to another query, since it was shown.
const pg::statement cancel_one{"inspect.cancel", R"(
    select pg_cancel_backend(a.pid) from pg_stat_activity a
    where a.pid = $1 and a.backend_start = $2 and a.state = $3 and a.state_change = $4)"};
const pg::statement kill_one{"inspect.kill", R"(
    select pg_terminate_backend(a.pid) from pg_stat_activity a
    where a.pid = $1 and a.backend_start = $2 and a.state = $3 and a.state_change = $4)"};
const pg::statement remaining{"inspect.remaining", R"(
    select a.pid from pg_stat_activity a
    join unnest($1::int4[], $2::timestamptz[], $3::timestamptz[]) as shown(pid, backend_start, state_change)
      on shown.pid = a.pid and shown.backend_start = a.backend_start and shown.state_change = a.state_change
    order by a.pid)"};

bool idles_in_transaction(const activity_row& session)
{
    return session.state.starts_with("idle in transaction");
}

signal_outcome refused(std::int32_t pid, const error& failure)
{
    return {pid, signal_result::refused,
            fmt::format("{} It takes the role that runs it, a member of pg_signal_backend, or a superuser.",
                        failure.database() ? failure.database()->message + "." : failure.message())};
}

task<signal_outcome> signal_one(pg::session& db, const activity_row& target, const pg::statement& how)
{
    try {
        const auto sent =
            co_await db.maybe<bool>(how, target.pid, target.backend_start, target.state, target.state_change);
        co_return signal_outcome{target.pid, sent.value_or(false) ? signal_result::signalled : signal_result::gone, {}};
    } catch (const error& failure) {
        if (failure.kind() != error_kind::insufficient_privilege)
            throw;
        co_return refused(target.pid, failure);
    }
}

void add(signal_selection& to, const activity_row& session, signal_kind kind, const signal_rules& rules)
{
    const auto reason = judge(session, kind, rules);
    if (reason == spared_because::nothing)
        to.targets.push_back(session);
    else
        to.spared.push_back({session, reason});
}

} // namespace

spared_because judge(const activity_row& session, signal_kind kind, const signal_rules& rules)
{
    if (session.hidden)
        return spared_because::hidden;
    if (session.kind == "walsender")
        return spared_because::replication;
    if (session.kind != "client backend")
        return spared_because::background;
    if (session.own && !rules.own)
        return spared_because::own;
    if (session.state == "active" || session.state == "fastpath function call")
        return spared_because::nothing;
    if (!idles_in_transaction(session))
        return spared_because::idle;
    if (kind == signal_kind::cancel)
        return spared_because::no_query;
    return rules.idle_in_transaction ? spared_because::nothing : spared_because::idle_in_transaction;
}

std::string explain(const activity_row& session, spared_because reason)
{
    switch (reason) {
    case spared_because::nothing:
        return {};
    case spared_because::background:
        return fmt::format("it is PostgreSQL's own {}, not a client", session.kind);
    case spared_because::replication:
        return "it is replication: a standby or a subscriber would lose its stream";
    case spared_because::hidden:
        return "this role may not see what it does (pg_read_all_stats)";
    case spared_because::own:
        return fmt::format("it is a session of this program ({}); --own includes them", session.application);
    case spared_because::idle:
        return "it is idle: it runs no query and holds nothing";
    case spared_because::idle_in_transaction:
        return "it idles in a transaction; --idle-in-transaction includes such";
    case spared_because::no_query:
        return "it idles in a transaction and has no query to cancel; 'db kill --idle-in-transaction' ends it";
    }
    return {};
}

signal_selection select_pids(const std::vector<activity_row>& sessions, const std::vector<std::int32_t>& pids,
                             signal_kind kind, const signal_rules& rules)
{
    signal_selection made;
    for (const auto pid : pids) {
        const auto found = std::ranges::find(sessions, pid, &activity_row::pid);
        if (found == sessions.end())
            made.unknown.push_back(pid);
        else
            add(made, *found, kind, rules);
    }
    return made;
}

signal_selection select_older(const std::vector<activity_row>& sessions, std::chrono::milliseconds age,
                              signal_kind kind, const signal_rules& rules)
{
    const auto seconds = std::chrono::duration<double>{age}.count();
    signal_selection made;
    for (const auto& session : sessions) {
        const bool busy = session.state == "active" || idles_in_transaction(session);
        if (busy && session.kind == "client backend" && session.seconds.value_or(0) >= seconds)
            add(made, session, kind, rules);
    }
    return made;
}

task<std::vector<signal_outcome>> signal_sessions(pg::session& db, std::vector<activity_row> targets, signal_kind kind)
{
    std::vector<signal_outcome> outcomes;
    for (const auto& target : targets) {
        auto outcome = co_await signal_one(db, target, kind == signal_kind::cancel ? cancel_one : kill_one);
        outcomes.push_back(std::move(outcome));
    }
    co_return outcomes;
}

task<std::vector<std::int32_t>> still_there(pg::session& db, std::vector<activity_row> targets)
{
    std::vector<std::int32_t> pids;
    std::vector<std::optional<pg::timestamptz>> starts, changes;
    for (const auto& target : targets) {
        pids.push_back(target.pid);
        starts.push_back(target.backend_start);
        changes.push_back(target.state_change);
    }
    co_return co_await db.all<std::int32_t>(remaining, pids, starts, changes);
}

} // namespace lightdash::ops
