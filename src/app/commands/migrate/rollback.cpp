// rollback-last, rollback-all
#include "app/cli/command.hpp"
#include "app/cli/migration_flags.hpp"
#include "app/server/runtime.hpp"
#include "app/terminal/confirm.hpp"
#include "app/terminal/print_json.hpp"
#include "app/terminal/step_lines.hpp"
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
task<void> ask_before_all_goes(runtime& on, const std::vector<std::string>& names, const typed_name& name,
                               bool never_ask)
{
    static const pg::statement ask{"rollback.database", "select current_database()::text"};
    const auto db = on.database().exclusive(deadline::after(std::chrono::seconds{30}));
    const auto database = co_await db->one<std::string>(ask);
    if (name.is(database))
        co_return;
    const auto rows = co_await rows_of_largest_tables(*db);
    for (const auto& one : names)
        fmt::print(stderr, "to be reverted: {}\n", one);
    name.require(fmt::format("Everything that {} made in the database {} would be dropped, with its data{}.",
                             counted(names.size(), "migration"), database,
                             rows.empty() ? "" : fmt::format(" (rows: {})", rows)),
                 database, never_ask);
}

struct wanted {
    migrate::down_goal goal;
    bool ask_when_all_goes = false;
    bool production = false;
    bool json = false;
};

task<int> revert(runtime& on, const migrate::registry& known, migrate::migrator_options options, const wanted& what,
                 const typed_name& name)
{
    const auto& goal = what.goal;
    const auto lines = collect_steps(options);
    migrate::migrator migrator{on.database(), on.clocks(), known, std::move(options)};
    if (what.ask_when_all_goes) {
        const auto rows = co_await migrator.history(deadline::after(std::chrono::seconds{30}));
        const auto names = migrate::reverted_by(rows, goal);
        if (!names.empty() && names.size() == rows.size()) {
            migrate::plan_down(known, rows); // nobody is asked about what cannot be done
            co_await ask_before_all_goes(on, names, name, what.production);
        }
    }
    const auto reverted = co_await migrator.down(goal, deadline::after(longest_migration));
    if (what.json)
        print_json(*lines);
    if (reverted == 0)
        fmt::print(stderr, "Nothing to do: {}.\n",
                   goal.to.empty() ? "no migration is applied" : "nothing was applied after it");
    else
        fmt::print(stderr, "{} reverted.\n", counted(reverted, "migration"));
    co_return 0;
}

int run(const loaded_settings& loaded, const migration_flags& flags, wanted what, const typed_name& name)
{
    const auto known = flags.known();
    what.production = loaded.values.env == environment::production;
    if (!what.goal.to.empty())
        what.goal.to = known.resolve(what.goal.to).name;
    runtime on{loaded.values};
    return on.run(revert(on, known, flags.options(loaded.values), what, name));
}

} // namespace

void add_rollback(command_line& line)
{
    auto& last = line.add("rollback-last", "Revert the migration that was applied last",
                          "  lightdash-backend rollback-last\n"
                          "  lightdash-backend rollback-last --steps 3\n"
                          "  lightdash-backend rollback-last --batch      (all that the last 'migrate' applied)\n"
                          "  lightdash-backend rollback-last --to 012     (everything that was applied after it)");
    const migration_flags flags{line, last};
    const yes_or_no sure{line, last};
    const typed_name name{line, last};
    const auto goal = std::make_shared<migrate::down_goal>();
    auto* steps = last.add_option("--steps", goal->steps, "How many, newest first")->check(CLI::Range(1, 10'000));
    auto* batch =
        last.add_flag("--batch", goal->batch, "All that were applied together with the last one")->excludes(steps);
    last.add_option("--to", goal->to, "The newest that stays applied: its name, its number or both")
        ->type_name("NAME")
        ->excludes(steps)
        ->excludes(batch);
    const auto json = json_flag(last, "{name, up, milliseconds}");
    line.on_run(last, [flags, sure, name, goal, json](const loaded_settings& loaded) {
        if (loaded.values.env == environment::production &&
            !sure.agreed("This is production: revert the last migrations? What they added is dropped with its data."))
            return 1;
        return run(loaded, flags, {.goal = *goal, .ask_when_all_goes = goal->batch, .json = *json}, name);
    });

    auto& all = line.add("rollback-all", "Revert every migration, newest first: says what will go, then asks",
                         "  lightdash-backend rollback-all\n"
                         "  lightdash-backend rollback-all --confirm=lightdash_dev");
    const migration_flags all_flags{line, all};
    const typed_name all_name{line, all};
    const auto all_json = json_flag(all, "{name, up, milliseconds}");
    line.on_run(all, [all_flags, all_name, all_json](const loaded_settings& loaded) {
        return run(loaded, all_flags,
                   {.goal = {.steps = migrate::all_of_them}, .ask_when_all_goes = true, .json = *all_json}, all_name);
    });
}

} // namespace lightdash::app
