// man: what man(1) knows of this program
#include "app/cli/man_page.hpp"
#include "app/commands/list.hpp"

#include <fmt/format.h>

namespace lightdash::app {
namespace {

int print_page(const invocation& call, const no_options&)
{
    fmt::print("{}", man_page(call.program));
    return 0;
}

} // namespace

command commands::man()
{
    auto made =
        command_of<no_options>({.path = "man",
                                .meaning = "Print the manual page, in roff",
                                .examples = "  lightdash-backend man | man -l -\n"
                                            "  lightdash-backend man > /usr/local/share/man/man1/lightdash-backend.1"},
                               print_page);
    made.needs_settings = false;
    return made;
}

} // namespace lightdash::app
