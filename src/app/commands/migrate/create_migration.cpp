// create-migration
#include "app/commands/list.hpp"
#include "lightdash/migrate/new_migration.hpp"

#include <fmt/format.h>

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

int create(const invocation&, const create_migration_options& given)
{
    const migrate::new_migration_options options{
        .folder = given.folder, .sql = given.sql, .timestamp = given.timestamp};
    fmt::print("{}\n", migrate::create_migration(given.name, options).string());
    return 0;
}

} // namespace

command commands::create_migration()
{
    return command_of<create_migration_options>(
        {.path = "create-migration",
         .meaning = "Write the file of a new migration; its path alone goes to stdout",
         .examples = "  lightdash-backend create-migration add_email_index\n"
                     "  lightdash-backend create-migration add_email_index --sql\n"
                     "  $EDITOR \"$(lightdash-backend create-migration 'Add users' --timestamp)\""},
        create);
}

} // namespace lightdash::app
