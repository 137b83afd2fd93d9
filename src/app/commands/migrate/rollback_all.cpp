// rollback-all
#include "app/commands/list.hpp"
#include "app/commands/migrate/rollback.hpp"

namespace lightdash::app {
namespace {

struct rollback_all_options {
    migration_flags flags;
    typed_name name;

    void describe(option_list& are)
    {
        flags.describe(are);
        name.describe(are);
        are.json("an array of {name, up, milliseconds}");
    }
};

answer<steps> run(const invocation& call, const rollback_all_options& given)
{
    return revert_migrations(call, given.flags,
                             {.goal = {.steps = migrate::all_of_them}, .ask_when_all_goes = true, .name = given.name});
}

} // namespace

command commands::rollback_all()
{
    return answering<rollback_all_options>(
        {.path = "rollback-all",
         .meaning = "Revert every migration, newest first: says what will go, then asks",
         .examples = "  lightdash-backend rollback-all\n"
                     "  lightdash-backend rollback-all --confirm=lightdash_dev"},
        run, show_nothing);
}

} // namespace lightdash::app
