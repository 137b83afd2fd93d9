#include "lightdash/migrate/rehearse.hpp"

#include "lightdash/async/attempt.hpp"
#include "lightdash/async/task_scope.hpp"
#include "lightdash/migrate/statement_effects.hpp"
#include "migrate/run/blockers.hpp"
#include "migrate/run/failure.hpp"
#include "migrate/run/locked_transaction.hpp"
#include "migrate/run/run_in_transaction.hpp"
#include "migrate/run/take_lock.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <tuple>
#include <utility>

namespace lightdash::migrate {

namespace {

constexpr std::chrono::milliseconds between_samples{50};

// Tables that others wait for because of backend `pid`, with who waits.
class waiters {
public:
    task<void> sample(pg::database& db, int pid)
    {
        static const pg::statement list{"migrations.waiters", R"(
            select l.relation::bigint, l.pid
            from pg_locks l
            where not l.granted and l.relation is not null and l.pid <> $1 and $1 = any (pg_blocking_pids(l.pid)))"};
        using row = std::tuple<std::int64_t, std::int32_t>;
        const auto session = db.reads(deadline::after(std::chrono::seconds{2}));
        const auto rows = co_await session->all<row>(list, std::int32_t{pid});
        for (const auto& [relation, who] : rows)
            seen_[relation].insert(who);
    }
    std::size_t of(std::int64_t relation) const
    {
        const auto found = seen_.find(relation);
        return found == seen_.end() ? 0 : found->second.size();
    }
    void forget() { seen_.clear(); }

private:
    std::map<std::int64_t, std::set<std::int32_t>> seen_;
};

task<void> keep_sampling(pg::database& db, timer_wheel& clocks, int pid, std::shared_ptr<waiters> seen)
{
    for (;;) {
        co_await pause(clocks, between_samples);
        co_await seen->sample(db, pid);
    }
}

struct held_lock {
    std::int64_t relation;
    std::string table;
    std::string mode;
    int strength;
};

// Weakest first (manual, 13.3.1): the place in this list is the strength.
task<std::vector<held_lock>> held_locks(pg::transaction& tx)
{
    static const pg::statement list{"migrations.held", R"(
        select distinct on (l.relation) l.relation::bigint, format('%I.%I', n.nspname, c.relname),
               upper(trim(regexp_replace(replace(l.mode, 'Lock', ''), '([A-Z])', ' \1', 'g'))), m.strength
        from pg_locks l
        join pg_class c on c.oid = l.relation
        join pg_namespace n on n.oid = c.relnamespace
        join unnest(array['AccessShareLock', 'RowShareLock', 'RowExclusiveLock', 'ShareUpdateExclusiveLock', 'ShareLock',
                          'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock'])
             with ordinality as m (mode, strength) on m.mode = l.mode
        where l.pid = pg_backend_pid() and l.granted and c.relkind in ('r', 'p', 'v', 'm', 'f')
          and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
          and c.relname not in ('lightdash_migrations', 'lightdash_migrations_lock')
        order by l.relation, m.strength desc)"};
    using row = std::tuple<std::int64_t, std::string, std::string, std::int64_t>;
    const auto rows = co_await tx.all<row>(list);
    std::vector<held_lock> locks;
    for (const auto& [relation, table, mode, strength] : rows)
        locks.push_back({relation, table, mode, static_cast<int>(strength)});
    co_return locks;
}

// What one backend does, statement by statement.
class rehearsing {
public:
    rehearsing(run_context& call, pg::transaction& tx, int pid, std::shared_ptr<waiters> others)
        : call_(call), tx_(tx), pid_(pid), others_(std::move(others))
    {}

    task<void> run(const migration& what, rehearsal& report)
    {
        const auto count = what.change_up ? 1 : what.up.size();
        for (std::size_t i = 0; i < count; ++i) {
            auto one = part_of(what, i);
            others_->forget();
            const auto began = deadline::clock::now();
            co_await run_statements(call_, tx_, one, true);
            auto seen = statement_of(what, i);
            seen.took = deadline::clock::now() - began;
            co_await others_->sample(call_.db, pid_);
            co_await add_locks(seen);
            report.statements.push_back(std::move(seen));
        }
        co_await reset_session(call_, tx_);
    }

private:
    // A migration of the one statement, so that a failure is told with its place.
    static migration part_of(const migration& what, std::size_t i)
    {
        auto one = what;
        if (!what.change_up)
            one.up = {what.up[i]};
        return one;
    }
    static rehearsed_statement statement_of(const migration& what, std::size_t i)
    {
        rehearsed_statement seen;
        seen.migration = what.name;
        seen.place = what.file;
        seen.text = what.change_up ? "a change of data in C++" : what.up[i].text;
        if (!what.change_up && what.up[i].line > 0)
            seen.place += fmt::format(":{}", what.up[i].line);
        return seen;
    }
    // Those that are new or stronger since the statement before.
    task<void> add_locks(rehearsed_statement& seen)
    {
        const auto now = co_await held_locks(tx_);
        for (const auto& lock : now) {
            auto& before = strengths_[lock.relation];
            if (lock.strength > before || others_->of(lock.relation) > 0)
                seen.locks.push_back({lock.table, lock.mode, others_->of(lock.relation)});
            before = std::max(before, lock.strength);
        }
    }

    run_context& call_;
    pg::transaction& tx_;
    int pid_;
    std::shared_ptr<waiters> others_;
    std::map<std::int64_t, int> strengths_;
};

// Where nobody has ever migrated under the lock of a table, it does not exist: nobody migrates, and a rehearsal makes
// nothing that stays.
task<pg::transaction> begin_rehearsal(run_context& call)
{
    if (call.options.lock == lock_kind::table) {
        auto tx = co_await call.db.begin(call.for_files(), call.until);
        const auto found = co_await find_migrator_table(tx, lock_table_name);
        if (!found) {
            call.history = co_await history::table::find(tx);
            pg::statement_batch limits;
            add_limits(limits, call, true);
            co_await tx.send(limits);
            co_return tx;
        }
        call.lock_table = found->name;
        co_await tx.rollback();
    }
    auto tx = co_await begin_locked(call);
    co_return tx;
}

// The names of those that a rollback would not take back as a whole: mails sent, slots made, other databases changed.
std::set<std::string> not_taken_back(const registry& known)
{
    std::set<std::string> names;
    std::set<std::string> routines;
    for (const auto& one : known.all())
        for (const auto& statement : one.up) {
            const auto effects = effects_of(statement.text, routines);
            if (!effects.outside_routine.empty())
                routines.insert(effects.outside_routine);
            if (!effects.outside_rolls_back)
                names.insert(one.name);
        }
    return names;
}

task<void> rehearse_all(run_context& call, pg::transaction& tx, const up_goal& goal, rehearsal& report)
{
    static const pg::statement own_pid{"migrations.pid", "select pg_backend_pid()"};
    const int pid = co_await tx.one<std::int32_t>(own_pid);
    const auto rows = co_await call.history.read(tx);
    const auto plan = limited_to(plan_up(call.known, rows, call.options.strict), goal);
    const auto lasting = not_taken_back(call.known);
    const auto others = std::make_shared<waiters>();
    task_scope beside{io_context_of(co_await asio::this_coro::executor), {}};
    auto ended = co_await attempt([&]() -> task<void> {
        beside.spawn("migrations.waiters", keep_sampling(call.db, call.clocks, pid, others));
        rehearsing backend{call, tx, pid, others};
        for (const auto* one : plan) {
            if (one->transaction && !lasting.contains(one->name))
                co_await backend.run(*one, report);
            else
                report.not_rehearsed.push_back(one->name);
        }
    });
    beside.cancel();
    if (!was_cancelled(ended.failure()))
        co_await beside.join(call.clocks, deadline::after(std::chrono::seconds{2}));
    std::move(ended).get();
}

} // namespace

task<rehearsal> rehearse(pg::database& db, timer_wheel& clocks, const registry& known, up_goal goal,
                         migrator_options options, deadline until)
{
    run_context call{db, clocks, known, options, until, until.shortened_to(options.lock_wait)};
    try {
        auto tx = co_await begin_rehearsal(call);
        rehearsal report;
        auto ended = co_await attempt(rehearse_all(call, tx, goal, report));
        co_await roll_back_after(tx, ended.failure());
        std::move(ended).get();
        co_return report;
    } catch (...) {
        rethrow_for_operator(std::current_exception());
    }
}

} // namespace lightdash::migrate
