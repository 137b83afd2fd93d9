// create-migration
#include "app/cli/answer.hpp"
#include "app/commands/list.hpp"
#include "lightdash/migrate/new_migration.hpp"

namespace lightdash::app {
namespace {

struct create_migration_options {
    std::string name, folder = "migrations";
    bool sql = false, timestamp = false;
    bool code = true; // nothing depends on it: it is the default

    void describe(option_list& are)
    {
        are.value("NAME", name, "What it does, in a few words").required();
        are.flag("--sql", sql, "A file of SQL");
        are.flag("--code", code, "A file of C++ (the default)").excludes("--sql");
        are.flag("--timestamp", timestamp, "The UTC time in front instead of the next number");
        are.value("--dir", folder, "Where to (default: migrations)").named("DIR");
    }
};

answer<std::string> create(const invocation&, const create_migration_options& given)
{
    return {
        migrate::create_migration(given.name, {.folder = given.folder, .sql = given.sql, .timestamp = given.timestamp})
            .string()};
}

} // namespace

command commands::create_migration()
{
    return answering<create_migration_options>(
        {.path = "create-migration",
         .meaning = "Write the file of a new migration; its path alone goes to stdout",
         .examples = "  lightdash-backend create-migration add_email_index\n"
                     "  lightdash-backend create-migration add_email_index --sql\n"
                     "  $EDITOR \"$(lightdash-backend create-migration 'Add users' --timestamp)\""},
        create, show_line);
}

} // namespace lightdash::app
