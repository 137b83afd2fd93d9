#include "app/commands/migrate/rollback.hpp"

#include "lightdash/core/counted.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace lightdash::app {
namespace {

// "charts about 1200, users about 12"; empty when no table has rows, or none was analysed.
task<std::string> rows_of_largest_tables(pg::session& db)
{
    static const pg::statement list{"rollback.rows", R"(
        select format('%s about %s', c.oid::regclass, rows)
        from (select c.oid, greatest(c.reltuples::bigint, s.n_live_tup) as rows
              from pg_class c join pg_stat_user_tables s on s.relid = c.oid
              where c.relname !~ '^lightdash_migrations(_|$)') c
        where rows > 0
        order by rows desc
        limit 5)"};
    const auto tables = co_await db.all<std::string>(list);
    co_return fmt::format("{}", fmt::join(tables, ", "));
}

// Says what will go, and asks for the database's name.
task<void> ask_before_all_goes(runtime& on, const invocation& call, const std::vector<std::string>& names,
                               const typed_name& name)
{
    static const pg::statement ask{"rollback.database", "select current_database()::text"};
    const auto db = on.database().exclusive(deadline::after(std::chrono::seconds{30}));
    const auto database = co_await db->one<std::string>(ask);
    if (name.is(database))
        co_return;
    const auto rows = co_await rows_of_largest_tables(*db);
    for (const auto& one : names)
        fmt::print(stderr, "to be reverted: {}\n", one);
    name.require(call,
                 fmt::format("Everything that {} made in the database {} would be dropped, with its data{}.",
                             counted(names.size(), "migration"), database,
                             rows.empty() ? "" : fmt::format(" (rows: {})", rows)),
                 database, call.in_production());
}

task<steps> revert(runtime& on, const invocation& call, const migrate::registry& known,
                   migrate::migrator_options options, const reverting& what)
{
    const auto& goal = what.goal;
    const auto lines = collect_steps(options);
    migrate::migrator migrator{on.database(), on.clocks(), known, std::move(options)};
    if (what.ask_when_all_goes) {
        const auto rows = co_await migrator.history(deadline::after(std::chrono::seconds{30}));
        const auto names = migrate::reverted_by(rows, goal);
        if (!names.empty() && names.size() == rows.size()) {
            migrate::plan_down(known, rows); // nobody is asked about what cannot be done
            co_await ask_before_all_goes(on, call, names, what.name);
        }
    }
    const auto reverted = co_await migrator.down(goal, deadline::after(longest_migration));
    if (reverted == 0)
        fmt::print(stderr, "Nothing to do: {}.\n",
                   goal.to.empty() ? "no migration is applied" : "nothing was applied after it");
    else
        fmt::print(stderr, "{} reverted.\n", counted(reverted, "migration"));
    co_return *lines;
}

} // namespace

answer<steps> revert_migrations(const invocation& call, const migration_flags& flags, reverting what)
{
    const auto known = flags.known();
    if (!what.goal.to.empty())
        what.goal.to = known.resolve(what.goal.to).name;
    runtime on{call.config()};
    return ask(on, revert(on, call, known, flags.options(call.config()), what));
}

} // namespace lightdash::app
