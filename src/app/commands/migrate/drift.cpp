#include "app/commands/migrate/drift.hpp"

#include "app/commands/migrate/scratch_database.hpp"
#include "lightdash/migrate/inside_only.hpp"
#include "lightdash/migrate/migrate_error.hpp"
#include "lightdash/migrate/migrator.hpp"
#include "lightdash/migrate/verify.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lightdash::app {
namespace {

constexpr std::chrono::hours longest_run{1};

struct applied_schema {
    migrate::registry migrations;
    migrate::catalog found;
};

task<int> read_applied(runtime& on, const migrate::registry& known, applied_schema& into)
{
    const auto until = deadline::after(std::chrono::minutes{1});
    migrate::migrator migrator{on.database(), on.clocks(), known, {}};
    const auto rows = co_await migrator.status(until);
    into.migrations = migrate::registry{known.program_version()};
    for (const auto& row : rows) {
        if (row.state == migrate::migration_state::pending || row.state == migrate::migration_state::out_of_order)
            continue;
        const auto* one = known.find(row.name);
        if (row.state != migrate::migration_state::applied || !one)
            throw migrate::migrate_error{
                migrate::exit_code::history,
                error{error_kind::configuration,
                      fmt::format("What the migration {} made is not known, because it is {}: drift can only be found "
                                  "where every applied migration is there as it was applied (migrate:status).",
                                  row.name, migrate::to_string(row.state))}};
        into.migrations.add(*one);
    }
    const auto found = co_await migrate::read_catalog(on.database(), until);
    into.found = found.without_database();
    co_return 0;
}

task<int> build_expected(runtime& on, const migrate::registry& migrations, migrate::catalog& into)
{
    migrate::migrator migrator{on.database(), on.clocks(), migrations, {}};
    co_await migrator.up(deadline::after(longest_run));
    const auto made = co_await migrate::read_catalog(on.database(), deadline::after(std::chrono::minutes{1}));
    into = made.without_database();
    co_return 0;
}

} // namespace

answer<std::vector<migrate::catalog_difference>> find_drift(const settings& config, const migrate::registry& known)
{
    const scratch_database beside{config};
    applied_schema real;
    {
        runtime on{beside.original()};
        if (const int code = on.run(read_applied(on, known, real)))
            return {std::nullopt, code};
    }
    const auto inside = migrate::without_outside_effects(real.migrations);
    for (const auto& one : inside.left_out)
        fmt::print(stderr, "{}\n", to_string(one));
    migrate::catalog expected;
    {
        runtime on{beside.scratch()};
        if (const int code = on.run(build_expected(on, inside.known, expected)))
            return {std::nullopt, code};
    }
    const auto differences = migrate::compare(expected, real.found);
    const auto drifted = std::ranges::any_of(
        differences, [](const auto& one) { return one.kind != migrate::difference_kind::column_order; });
    if (!drifted)
        fmt::print(stderr, "The schema is what the {} applied migrations make.\n", real.migrations.all().size());
    return {differences, static_cast<int>(drifted ? migrate::exit_code::history : migrate::exit_code::done)};
}

} // namespace lightdash::app
