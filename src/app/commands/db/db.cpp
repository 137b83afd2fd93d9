// db: the parent of the commands that create, check and inspect the database. Each family adds its own.
#include "app/cli/command.hpp"

namespace lightdash::app {

void add_db(command_line& line)
{
    auto& db = line.add("db", "Create, check and inspect the database",
                        "  lightdash-backend db check\n"
                        "  lightdash-backend db create && lightdash-backend migrate");
    add_db_check(line, db);
    add_db_lifecycle(line, db);
    add_db_activity(line, db);
    add_db_signal(line, db);
    add_db_server(line, db);
    add_db_tables(line, db);
    add_db_describe(line, db);
    add_db_queries(line, db);
    add_db_schema(line, db);
}

} // namespace lightdash::app
