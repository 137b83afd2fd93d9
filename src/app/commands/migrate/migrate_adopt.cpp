// migrate:adopt
#include "app/cli/answer.hpp"
#include "app/commands/list.hpp"
#include "app/commands/migrate/migration_flags.hpp"
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

constexpr std::chrono::minutes longest_adoption{1};

// The migrations, and where they come from.
struct adoptable : std::vector<migrate::adopted_migration> {
    migrate::foreign_tool tool;
    std::string table;
    std::vector<std::string> unmatched;
};

task<adoptable> plan(runtime& on, const migrate::registry& known, const adopt_options& what)
{
    const auto tool = what.from.empty() ? std::nullopt : migrate::parse_foreign_tool(what.from);
    const auto other =
        co_await migrate::read_foreign_history(on.database(), tool, what.table, deadline::after(longest_adoption));
    auto planned = migrate::plan_adoption(known, other);
    co_return adoptable{std::move(planned.migrations), other.tool, other.table, std::move(planned.unmatched)};
}

answer<adoptable> find(const invocation& call, const adopt_options& given)
{
    const auto known = given.flags.known();
    runtime on{call.config()};
    return ask(on, plan(on, known, given));
}

void show(const adoptable& planned, const invocation& call)
{
    table shown{{{"name"}, {"batch", column_kind::number}, {"applied at"}, {"was", column_kind::flexible}}};
    for (const auto& one : planned)
        shown.add(
            {one.name, std::to_string(one.batch), one.applied_at ? to_iso8601(*one.applied_at) : "now", one.from});
    fmt::print("{}", shown.text(call.out));
}

int take_over(const adoptable& planned, const invocation& call, const adopt_options& what)
{
    if (!planned.unmatched.empty() && !what.skip_unknown)
        throw migrate::migrate_error{
            migrate::exit_code::history,
            error{error_kind::configuration,
                  fmt::format("{} has migrations that this program does not know by name or number: {}. Nothing was "
                              "adopted. Add their files, or give --skip-unknown to leave them out.",
                              migrate::to_string(planned.tool), fmt::join(planned.unmatched, ", "))}};
    if (what.print) {
        fmt::print(stderr, "Nothing was written: --print only shows what would be.\n");
        return 0;
    }
    const auto known = what.flags.known();
    const migrate::adoption whole{planned.tool, planned, planned.unmatched};
    runtime on{call.config()};
    const auto code = on.run(done(migrate::adopt(on.database(), on.clocks(), known, whole, what.flags.lock(),
                                                 deadline::after(longest_adoption))));
    if (code == 0)
        fmt::print(stderr, "{} adopted from {} ({}); its table was left as it is.\n",
                   counted(planned.size(), "migration"), migrate::to_string(planned.tool), planned.table);
    return code;
}

} // namespace

command commands::migrate_adopt()
{
    return answering<adopt_options>(
        {.path = "migrate:adopt",
         .meaning = "Take over the history of Knex, dbmate, golang-migrate, node-pg-migrate or Flyway",
         .examples = "  lightdash-backend migrate:adopt --print      (first: what would be written)\n"
                     "  lightdash-backend migrate:adopt\n"
                     "  lightdash-backend migrate:adopt --from knex --table legacy.knex_migrations"},
        find, show, take_over);
}

} // namespace lightdash::app
