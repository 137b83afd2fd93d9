// seed:make
#include "app/cli/answer.hpp"
#include "app/commands/list.hpp"
#include "lightdash/migrate/new_migration.hpp"

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

answer<std::string> make(const invocation&, const seed_make_options& given)
{
    return {migrate::create_migration(given.name, {.folder = given.folder, .seed = true}).string()};
}

} // namespace

command commands::seed_make()
{
    return answering<seed_make_options>({.path = "seed:make",
                                         .meaning = "Write the file of a new seed; its path alone goes to stdout",
                                         .examples = "  lightdash-backend seed:make more_charts\n"
                                                     "  lightdash-backend seed:make more_charts --dir ./seeds"},
                                        make, show_line);
}

} // namespace lightdash::app
