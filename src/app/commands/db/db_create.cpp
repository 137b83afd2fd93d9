// db create
#include "app/commands/db/database_lifecycle.hpp"
#include "app/commands/list.hpp"
#include "app/runtime/maintenance.hpp"

namespace lightdash::app {
namespace {

struct create_options {
    void describe(option_list& are) { are.setting("LIGHTDASH_DATA_DIR"); }
};

int create(const invocation& call, const create_options&)
{
    const maintenance server{call.config()};
    return server.run([&](runtime& on) { return done(create_database(on, server.database())); });
}

} // namespace

command commands::db_create()
{
    return command_of<create_options>({.path = "db create",
                                       .meaning = "Create the database that DATABASE_URL names",
                                       .examples = "  lightdash-backend db create\n"
                                                   "  lightdash-backend db create && lightdash-backend migrate"},
                                      create);
}

} // namespace lightdash::app
