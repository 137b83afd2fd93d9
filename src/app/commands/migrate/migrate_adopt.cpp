// migrate:adopt
#include "app/commands/list.hpp"
#include "app/commands/migrate/migration_flags.hpp"
#include "app/runtime/runtime.hpp"
#include "app/terminal/print_json.hpp"
#include "app/terminal/table.hpp"
#include "lightdash/core/counted.hpp"
#include "lightdash/core/time.hpp"
#include "lightdash/migrate/adopt.hpp"
#include "lightdash/migrate/migrate_error.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace lightdash::app {
namespace {

struct adopt_options {
    migration_flags flags;
    std::string from, table;
    bool print = false, skip_unknown = false;

    void describe(option_list& are)
    {
        flags.describe(are);
        are.value("--from", from, "Whose history; found by its table when not given")
            .one_of({"knex", "dbmate", "golang-migrate", "node-pg-migrate", "flyway"})
            .named("TOOL");
        are.value("--table", table, "Its table, when it has not the usual name").named("NAME");
        are.flag("--print", print, "Show what would be written, and write nothing");
        are.flag("--skip-unknown", skip_unknown, "Leave out what this program has no migration for");
        are.json("an array of {name, from, batch, appliedAt, durationMs, checksum}");
    }
};

void print_plan(const std::vector<migrate::adopted_migration>& migrations, const terminal& where)
{
    table shown{{{"name"}, {"batch", column_kind::number}, {"applied at"}, {"was", column_kind::flexible}}};
    for (const auto& one : migrations)
        shown.add(
            {one.name, std::to_string(one.batch), one.applied_at ? to_iso8601(*one.applied_at) : "now", one.from});
    fmt::print("{}", shown.text(where));
}

task<int> take_over(runtime& on, const invocation& call, const migrate::registry& known, const adopt_options& what)
{
    const auto until = deadline::after(std::chrono::minutes{1});
    const auto tool = what.from.empty() ? std::nullopt : migrate::parse_foreign_tool(what.from);
    const auto other = co_await migrate::read_foreign_history(on.database(), tool, what.table, until);
    const auto planned = migrate::plan_adoption(known, other);
    if (call.json)
        print_json(planned.migrations);
    else
        print_plan(planned.migrations, call.out);
    if (!planned.unmatched.empty() && !what.skip_unknown)
        throw migrate::migrate_error{
            migrate::exit_code::history,
            error{error_kind::configuration,
                  fmt::format("{} has migrations that this program does not know by name or number: {}. Nothing was "
                              "adopted. Add their files, or give --skip-unknown to leave them out.",
                              migrate::to_string(other.tool), fmt::join(planned.unmatched, ", "))}};
    if (what.print) {
        fmt::print(stderr, "Nothing was written: --print only shows what would be.\n");
        co_return 0;
    }
    co_await migrate::adopt(on.database(), on.clocks(), known, planned, what.flags.lock(), until);
    fmt::print(stderr, "{} adopted from {} ({}); its table was left as it is.\n",
               counted(planned.migrations.size(), "migration"), migrate::to_string(other.tool), other.table);
    co_return 0;
}

int run(const invocation& call, const adopt_options& given)
{
    const auto known = given.flags.known();
    runtime on{call.config()};
    return on.run(take_over(on, call, known, given));
}

} // namespace

command commands::migrate_adopt()
{
    return command_of<adopt_options>(
        {.path = "migrate:adopt",
         .meaning = "Take over the history of Knex, dbmate, golang-migrate, node-pg-migrate or Flyway",
         .examples = "  lightdash-backend migrate:adopt --print      (first: what would be written)\n"
                     "  lightdash-backend migrate:adopt\n"
                     "  lightdash-backend migrate:adopt --from knex --table legacy.knex_migrations"},
        run);
}

} // namespace lightdash::app
