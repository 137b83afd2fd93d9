// migrate:adopt
#include "app/cli/command.hpp"
#include "app/cli/migration_flags.hpp"
#include "app/server/runtime.hpp"
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

struct wanted {
    std::string from;
    std::string table;
    bool print = false;
    bool skip_unknown = false;
    bool json = false;
};

void print_plan(const std::vector<migrate::adopted_migration>& migrations, const terminal& where)
{
    table shown{{{"name"}, {"batch", column_kind::number}, {"applied at"}, {"was", column_kind::flexible}}};
    for (const auto& one : migrations)
        shown.add(
            {one.name, std::to_string(one.batch), one.applied_at ? to_iso8601(*one.applied_at) : "now", one.from});
    fmt::print("{}", shown.text(where));
}

task<int> take_over(runtime& on, const migrate::registry& known, const terminal& where, migrate::lock_kind lock,
                    const wanted& what)
{
    const auto until = deadline::after(std::chrono::minutes{1});
    const auto tool = what.from.empty() ? std::nullopt : migrate::parse_foreign_tool(what.from);
    const auto other = co_await migrate::read_foreign_history(on.database(), tool, what.table, until);
    const auto planned = migrate::plan_adoption(known, other);
    if (what.json)
        print_json(planned.migrations);
    else
        print_plan(planned.migrations, where);
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
    co_await migrate::adopt(on.database(), on.clocks(), known, planned, lock, until);
    fmt::print(stderr, "{} adopted from {} ({}); its table was left as it is.\n",
               counted(planned.migrations.size(), "migration"), migrate::to_string(other.tool), other.table);
    co_return 0;
}

} // namespace

void add_migrate_adopt(command_line& line)
{
    auto& command =
        line.add("migrate:adopt", "Take over the history of Knex, dbmate, golang-migrate, node-pg-migrate or Flyway",
                 "  lightdash-backend migrate:adopt --print      (first: what would be written)\n"
                 "  lightdash-backend migrate:adopt\n"
                 "  lightdash-backend migrate:adopt --from knex --table legacy.knex_migrations");
    const migration_flags flags{line, command};
    const auto what = std::make_shared<wanted>();
    command.add_option("--from", what->from, "Whose history; found by its table when not given")
        ->check(CLI::IsMember({"knex", "dbmate", "golang-migrate", "node-pg-migrate", "flyway"}))
        ->type_name("TOOL");
    command.add_option("--table", what->table, "Its table, when it has not the usual name")->type_name("NAME");
    command.add_flag("--print", what->print, "Show what would be written, and write nothing");
    command.add_flag("--skip-unknown", what->skip_unknown, "Leave out what this program has no migration for");
    command.add_flag("--json", what->json, "Print an array of {name, from, batch, appliedAt, durationMs, checksum}");
    line.on_run(command, [&line, flags, what](const loaded_settings& loaded) {
        const auto known = flags.known();
        const auto where = line.out();
        runtime on{loaded.values};
        return on.run(take_over(on, known, where, flags.lock(), *what));
    });
}

} // namespace lightdash::app
