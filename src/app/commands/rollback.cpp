// rollback-last, rollback-all
#include "app/command.hpp"
#include "app/confirm.hpp"
#include "app/migration_flags.hpp"
#include "app/print_json.hpp"
#include "app/runtime.hpp"
#include "app/step_lines.hpp"
#include "lightdash/core/counted.hpp"

#include <fmt/format.h>

namespace lightdash::app {
namespace {

task<int> revert(runtime& on, const migrate::registry& known, migrate::migrator_options options,
                 const migrate::down_goal& goal, bool json)
{
    const auto lines = collect_steps(options);
    migrate::migrator migrator{on.database(), on.clocks(), known, std::move(options)};
    const auto reverted = co_await migrator.down(goal, deadline::after(longest_migration));
    if (json)
        print_json(*lines);
    if (reverted == 0)
        fmt::print(stderr, "Nothing to do: {}.\n",
                   goal.to.empty() ? "no migration is applied" : "nothing was applied after it");
    else
        fmt::print(stderr, "{} reverted.\n", counted(reverted, "migration"));
    co_return 0;
}

int run(const loaded_settings& loaded, const migration_flags& flags, const yes_or_no& sure, migrate::down_goal goal,
        std::string_view what, bool json)
{
    if (loaded.values.env == environment::production &&
        !sure.agreed(fmt::format("This is production: revert {}? What they added is dropped with its data.", what)))
        return 1;
    const auto known = flags.known();
    if (!goal.to.empty())
        goal.to = known.resolve(goal.to).name;
    runtime on{loaded.values};
    return on.run(revert(on, known, flags.options(loaded.values), goal, json));
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
    const auto goal = std::make_shared<migrate::down_goal>();
    auto* steps = last.add_option("--steps", goal->steps, "How many, newest first")->check(CLI::Range(1, 10'000));
    auto* batch =
        last.add_flag("--batch", goal->batch, "All that were applied together with the last one")->excludes(steps);
    last.add_option("--to", goal->to, "The newest that stays applied: its name, its number or both")
        ->type_name("NAME")
        ->excludes(steps)
        ->excludes(batch);
    const auto json = json_flag(last, "{name, up, milliseconds}");
    line.on_run(last, [flags, sure, goal, json](const loaded_settings& loaded) {
        return run(loaded, flags, sure, *goal, "the last migrations", *json);
    });

    auto& all = line.add("rollback-all", "Revert every migration, newest first",
                         "  lightdash-backend rollback-all\n"
                         "  LIGHTDASH_ENV=production lightdash-backend rollback-all --yes");
    const migration_flags all_flags{line, all};
    const yes_or_no all_sure{line, all};
    const auto all_json = json_flag(all, "{name, up, milliseconds}");
    line.on_run(all, [all_flags, all_sure, all_json](const loaded_settings& loaded) {
        return run(loaded, all_flags, all_sure, {.steps = migrate::all_of_them}, "every migration", *all_json);
    });
}

} // namespace lightdash::app
