// db: the family of what creates, checks and inspects the database
#include "app/commands/list.hpp"

lightdash::app::command lightdash::app::commands::db()
{
    return family_of_commands({.path = "db",
                               .meaning = "Create, check and inspect the database",
                               .examples = "  lightdash-backend db check\n"
                                           "  lightdash-backend db create && lightdash-backend migrate"});
}
