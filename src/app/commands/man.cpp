// man: what man(1) knows of this program
#include "app/cli/answer.hpp"
#include "app/cli/man_page.hpp"
#include "app/commands/list.hpp"

namespace lightdash::app {
namespace {

answer<std::string> page(const invocation& call, const no_options&)
{
    return {man_page(call.program)};
}

} // namespace

command commands::man()
{
    auto made =
        answering<no_options>({.path = "man",
                               .meaning = "Print the manual page, in roff",
                               .examples = "  lightdash-backend man | man -l -\n"
                                           "  lightdash-backend man > /usr/local/share/man/man1/lightdash-backend.1"},
                              page, show_text);
    made.needs_settings = false;
    return made;
}

} // namespace lightdash::app
