// db: the parent of the commands that create, check and inspect the database. Each family adds its own.
#include "app/command.hpp"

namespace lightdash::app {

void add_db(command_line& line)
{
    auto& db = line.add("db", "Create, check and inspect the database",
                        "  lightdash-backend db check\n"
                        "  lightdash-backend db create && lightdash-backend migrate");
    add_db_lifecycle(line, db);
}

} // namespace lightdash::app
