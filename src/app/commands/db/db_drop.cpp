// db drop
#include "app/commands/db/database_lifecycle.hpp"
#include "app/commands/list.hpp"
#include "app/runtime/maintenance.hpp"
#include "app/terminal/confirm.hpp"

namespace lightdash::app {
namespace {

struct drop_options {
    typed_name name;
    bool force = false;

    void describe(option_list& are)
    {
        name.describe(are);
        are.flag("--force", force, "End the sessions that are connected to it");
        are.setting("LIGHTDASH_DATA_DIR");
    }
};

int drop(const invocation& call, const drop_options& given)
{
    const maintenance server{call.config()};
    server.refuse_system_database();
    given.name.require(call, server.warning("dropped"), server.database(), call.in_production());
    return server.run([&](runtime& on) { return done(drop_database(on, server.database(), given.force)); });
}

} // namespace

command commands::db_drop()
{
    return command_of<drop_options>({.path = "db drop",
                                     .meaning = "Drop the database that DATABASE_URL names, with everything in it",
                                     .examples = "  lightdash-backend db drop\n"
                                                 "  lightdash-backend db drop --confirm=lightdash_dev --force"},
                                    drop);
}

} // namespace lightdash::app
