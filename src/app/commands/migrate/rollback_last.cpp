// rollback-last
#include "app/commands/list.hpp"
#include "app/commands/migrate/rollback.hpp"

namespace lightdash::app {
namespace {

struct rollback_last_options {
    migration_flags flags;
    yes_or_no sure;
    typed_name name;
    migrate::down_goal goal;

    void describe(option_list& are)
    {
        flags.describe(are);
        sure.describe(are);
        name.describe(are);
        are.value("--steps", goal.steps, "How many, newest first").between(1, 10'000);
        are.flag("--batch", goal.batch, "All that were applied together with the last one").excludes("--steps");
        are.value("--to", goal.to, "The newest that stays applied: its name, its number or both")
            .named("NAME")
            .excludes("--steps")
            .excludes("--batch");
        are.json("an array of {name, up, milliseconds}");
    }
};

answer<steps> run(const invocation& call, const rollback_last_options& given)
{
    if (call.in_production() &&
        !given.sure.agreed(call,
                           "This is production: revert the last migrations? What they added is dropped with its data."))
        return {std::nullopt, 1};
    return revert_migrations(call, given.flags,
                             {.goal = given.goal, .ask_when_all_goes = given.goal.batch, .name = given.name});
}

} // namespace

command commands::rollback_last()
{
    return answering<rollback_last_options>(
        {.path = "rollback-last",
         .meaning = "Revert the migration that was applied last",
         .examples = "  lightdash-backend rollback-last\n"
                     "  lightdash-backend rollback-last --steps 3\n"
                     "  lightdash-backend rollback-last --batch      (all that the last 'migrate' applied)\n"
                     "  lightdash-backend rollback-last --to 012     (everything that was applied after it)"},
        run, show_nothing);
}

} // namespace lightdash::app
