// seed:make
#include "app/commands/list.hpp"
#include "lightdash/migrate/new_migration.hpp"

#include <fmt/format.h>

namespace lightdash::app {
namespace {

struct seed_make_options {
    std::string name, folder = "migrations/seeds";

    void describe(option_list& are)
    {
        are.value("NAME", name, "What it adds, in a few words").required();
        are.value("--dir", folder, "Where to (default: migrations/seeds)").named("DIR");
    }
};

int make(const invocation&, const seed_make_options& given)
{
    fmt::print("{}\n", migrate::create_migration(given.name, {.folder = given.folder, .seed = true}).string());
    return 0;
}

} // namespace

command commands::seed_make()
{
    return command_of<seed_make_options>({.path = "seed:make",
                                          .meaning = "Write the file of a new seed; its path alone goes to stdout",
                                          .examples = "  lightdash-backend seed:make more_charts\n"
                                                      "  lightdash-backend seed:make more_charts --dir ./seeds"},
                                         make);
}

} // namespace lightdash::app
