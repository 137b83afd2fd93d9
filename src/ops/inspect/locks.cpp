#include "lightdash/ops/inspect/locks.hpp"
#include "lightdash/core/units.hpp"

#include "ops/inspect/tree_strokes.hpp"

#include "lightdash/ops/inspect/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <ranges>
#include <set>

namespace lightdash::ops {
namespace {

// pg_locks is read once: two readings may differ. waitstart came with PostgreSQL 14; through jsonb it is NULL before.
// Who waits for a row waits for its writer's transaction and holds a lock on the tuple meanwhile: that names the table.
const pg::statement edges_of{"inspect.locks", R"(
    with locks as materialized (
        select l.*, (to_jsonb(l) ->> 'waitstart')::timestamptz as since from pg_locks l
    ), waiting as (
        select w.*, coalesce(w.relation, t.relation) as named, coalesce(w.database, t.database) as named_in
        from locks w
        left join lateral (
            select t.relation, t.database from locks t
            where t.pid = w.pid and t.granted and t.locktype = 'tuple' and w.locktype = 'transactionid' limit 1) t
          on true
        where not w.granted
    ), named as (
        select w.*, case
            when w.named is null then null
            when w.named_in = 0 or w.named_in = (select oid from pg_database where datname = current_database())
                then w.named::regclass::text
            else format('table %s of database %s', w.named,
                        (select datname from pg_database d where d.oid = w.named_in)) end as relation_name
        from waiting w
    )
    select w.pid as waiter, b.pid as blocker, w.mode, case
               when w.locktype = 'relation' then w.relation_name
               when w.locktype in ('tuple', 'page') or w.relation_name is not null then 'a row of ' || w.relation_name
               when w.locktype in ('transactionid', 'virtualxid') then 'the end of its transaction'
               when w.locktype = 'advisory' then 'advisory lock ' || case w.objsubid
                   when 1 then ((w.classid::int8 << 32) | w.objid::int8)::text
                   else format('(%s, %s)', w.classid, w.objid) end
               else w.locktype end as target,
           h.mode as held_mode,
           greatest(extract(epoch from clock_timestamp() - coalesce(w.since, a.query_start))::float8, 0) as seconds
    from named w
    cross join lateral (select distinct x.pid from unnest(pg_blocking_pids(w.pid)) x(pid)) b
    left join pg_stat_activity a on a.pid = w.pid
    left join lateral (
        select string_agg(distinct h.mode, ', ') as mode from locks h
        where h.granted and h.pid = b.pid and h.locktype = w.locktype
          and (h.database, h.relation, h.page, h.tuple, h.virtualxid, h.transactionid::text, h.classid, h.objid,
               h.objsubid)
              is not distinct from
              (w.database, w.relation, w.page, w.tuple, w.virtualxid, w.transactionid::text, w.classid, w.objid,
               w.objsubid)) h on true
    order by seconds desc nulls last, waiter, blocker)"};

lock_session session_of(std::int32_t pid, const std::vector<activity_row>& sessions)
{
    const auto found = std::ranges::find(sessions, pid, &activity_row::pid);
    if (found == sessions.end()) {
        lock_session made;
        made.pid = pid;
        made.state = pid == 0 ? "prepared transaction" : "gone";
        return made;
    }
    return {pid,
            found->username.value_or(""),
            found->database.value_or(""),
            found->application,
            found->state,
            found->query,
            found->seconds,
            found->transaction_seconds};
}

class forest_builder {
public:
    forest_builder(const std::vector<lock_edge>& edges, const std::vector<activity_row>& sessions)
        : edges_(edges), sessions_(sessions)
    {
        for (const auto& edge : edges_)
            choose_parent(edge);
    }

    std::vector<lock_node> build()
    {
        std::set<std::int32_t> starts;
        for (const auto& edge : edges_)
            if (!parent_.contains(edge.blocker))
                starts.insert(edge.blocker);
        std::vector<lock_node> roots;
        for (const auto pid : starts)
            roots.push_back(node_of(pid));
        // What no root reaches waits in a circle, or for one that does.
        for (const auto& edge : edges_)
            if (!drawn_.contains(edge.waiter)) {
                roots.push_back(node_of(longest_waiter_of_circle(edge.waiter)));
                roots.back().deadlock = true;
            }
        std::ranges::sort(roots, [](const auto& a, const auto& b) {
            return std::pair{waiters_below(b), a.session.pid} < std::pair{waiters_below(a), b.session.pid};
        });
        return roots;
    }

private:
    void choose_parent(const lock_edge& edge)
    {
        const auto [at, fresh] = parent_.try_emplace(edge.waiter, &edge);
        if (!fresh && !at->second->held_mode && edge.held_mode)
            at->second = &edge;
    }

    std::int32_t longest_waiter_of_circle(std::int32_t pid) const
    {
        for (std::set<std::int32_t> passed; passed.insert(pid).second;)
            pid = parent_.at(pid)->blocker;
        std::set<std::int32_t> circle;
        for (; circle.insert(pid).second;)
            pid = parent_.at(pid)->blocker;
        // Edges come with the longest wait first.
        return std::ranges::find_if(edges_, [&](const auto& edge) { return circle.contains(edge.waiter); })->waiter;
    }

    lock_node node_of(std::int32_t pid)
    {
        drawn_.insert(pid);
        lock_node made;
        made.session = session_of(pid, sessions_);
        for (const auto& edge : edges_) {
            if (edge.waiter == pid && parent_.at(pid) != &edge)
                made.also_waits_for.push_back(edge.blocker);
            if (edge.blocker == pid && parent_.at(edge.waiter) == &edge && !drawn_.contains(edge.waiter)) {
                auto waiter = node_of(edge.waiter);
                waiter.wait = edge;
                made.waiters.push_back(std::move(waiter));
            }
        }
        return made;
    }

    const std::vector<lock_edge>& edges_;
    const std::vector<activity_row>& sessions_;
    std::map<std::int32_t, const lock_edge*> parent_;
    std::set<std::int32_t> drawn_;
};

std::string line_of(const lock_node& node)
{
    const auto& session = node.session;
    if (session.pid == 0)
        return "a prepared transaction (pg_prepared_xacts names it; ROLLBACK PREPARED ends it)";
    auto line = fmt::format("{} {}@{}", session.pid, session.username, session.database);
    if (!session.application.empty())
        line += " " + session.application;
    line += ", " + session.state;
    if (!node.wait) {
        if (const auto since = session.transaction_seconds)
            line += ", in its transaction for " + short_duration(*since);
        if (node.deadlock)
            line += ", waits in a circle (a deadlock: PostgreSQL ends one of them)";
    } else {
        line += fmt::format(", waits{} for {} on {}",
                            node.wait->seconds ? " " + short_duration(*node.wait->seconds) : std::string{},
                            node.wait->mode, node.wait->target);
        line += node.wait->held_mode ? fmt::format(" (held: {})", *node.wait->held_mode) : " (queued behind it)";
    }
    for (const auto pid : node.also_waits_for)
        line += fmt::format(", also for {}", pid);
    return line + ": " + one_line(session.query);
}

void draw_below(const lock_node& node, const std::string& margin, const tree_strokes& with,
                std::vector<std::string>& lines)
{
    for (std::size_t i = 0; i < node.waiters.size(); ++i) {
        const bool last = i + 1 == node.waiters.size();
        lines.push_back(margin + std::string{last ? with.last : with.branch} + line_of(node.waiters[i]));
        draw_below(node.waiters[i], margin + std::string{last ? with.blank : with.pass}, with, lines);
    }
}

} // namespace

std::vector<lock_node> lock_forest(const std::vector<lock_edge>& edges, const std::vector<activity_row>& sessions)
{
    return forest_builder{edges, sessions}.build();
}

std::size_t waiters_below(const lock_node& node)
{
    std::size_t count = node.waiters.size();
    for (const auto& waiter : node.waiters)
        count += waiters_below(waiter);
    return count;
}

std::vector<std::string> draw_locks(const std::vector<lock_node>& forest, bool ascii)
{
    std::vector<std::string> lines;
    for (const auto& root : forest) {
        lines.push_back(line_of(root));
        draw_below(root, {}, tree_strokes::of(ascii), lines);
    }
    return lines;
}

task<lock_report> read_locks(pg::session& db)
{
    const auto edges = co_await db.all<lock_edge>(edges_of);
    const auto activity = co_await read_activity(db, {.all = true});
    co_return lock_report{lock_forest(edges, activity.sessions), activity.hidden};
}

} // namespace lightdash::ops
