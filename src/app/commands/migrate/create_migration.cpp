// create-migration
#include "app/cli/command.hpp"
#include "lightdash/migrate/new_migration.hpp"

#include <fmt/format.h>

namespace lightdash::app {

void add_create_migration(command_line& line)
{
    auto& create = line.add("create-migration", "Write the file of a new migration; its path alone goes to stdout",
                            "  lightdash-backend create-migration add_email_index\n"
                            "  lightdash-backend create-migration add_email_index --sql\n"
                            "  $EDITOR \"$(lightdash-backend create-migration 'Add users' --timestamp)\"");
    const auto name = std::make_shared<std::string>();
    const auto folder = std::make_shared<std::string>("migrations");
    const auto options = std::make_shared<migrate::new_migration_options>();
    create.add_option("NAME", *name, "What it does, in a few words")->required();
    auto* sql = create.add_flag("--sql", options->sql, "A file of SQL");
    const auto code = std::make_shared<bool>(false); // nothing to remember: it is the default
    create.add_flag("--code", *code, "A file of C++ (the default)")->excludes(sql);
    create.add_flag("--timestamp", options->timestamp, "The UTC time in front instead of the next number");
    create.add_option("--dir", *folder, "Where to (default: migrations)")->type_name("DIR");
    line.on_run(create, [name, folder, code, options](const loaded_settings&) {
        options->folder = *folder;
        fmt::print("{}\n", migrate::create_migration(*name, *options).string());
        return 0;
    });
}

} // namespace lightdash::app
