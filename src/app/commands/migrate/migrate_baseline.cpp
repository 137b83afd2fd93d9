// migrate:baseline
#include "app/cli/answer.hpp"
#include "app/commands/list.hpp"
#include "app/commands/migrate/migration_flags.hpp"

#include <fmt/format.h>

namespace lightdash::app {
namespace {

using names = std::vector<std::string>;

struct baseline_options {
    migration_flags flags;
    std::string to;

    void describe(option_list& are)
    {
        flags.describe(are);
        are.value("--to", to, "The last one to record: its name, its number or both (all when not given)")
            .named("NAME");
        are.json("an array of names");
    }
};

task<names> baseline(runtime& on, const migrate::registry& known, migrate::migrator_options options,
                     const migrate::up_goal& goal)
{
    migrate::migrator migrator{on.database(), on.clocks(), known, std::move(options)};
    auto recorded = co_await migrator.baseline(goal, deadline::after(std::chrono::minutes{5}));
    co_return recorded;
}

answer<names> record(const invocation& call, const baseline_options& given)
{
    const auto known = given.flags.known();
    const migrate::up_goal goal{.to = given.to.empty() ? "" : known.resolve(given.to).name};
    runtime on{call.config()};
    return ask(on, baseline(on, known, given.flags.options(call.config()), goal));
}

void show(const names&, const invocation&) {} // what is told is all

void tell(const names& recorded, const invocation&)
{
    for (const auto& name : recorded)
        fmt::print(stderr, "recorded as applied, not run: {}\n", name);
    if (recorded.empty())
        fmt::print(stderr, "Nothing to do: nothing is pending.\n");
}

} // namespace

command commands::migrate_baseline()
{
    return answering<baseline_options>(
        {.path = "migrate:baseline",
         .meaning = "Record pending migrations as applied without running them",
         .examples = "  lightdash-backend migrate:baseline --to 008    (the database had these before)"},
        record, show, tell);
}

} // namespace lightdash::app
