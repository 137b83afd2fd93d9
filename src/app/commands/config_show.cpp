// config show
#include "app/cli/answer.hpp"
#include "app/commands/list.hpp"
#include "app/terminal/table.hpp"

#include <fmt/format.h>

namespace lightdash::app {

LIGHTDASH_DESCRIBE(setting_origin, name, shown, origin)

namespace {

using origins = std::vector<setting_origin>;

struct config_show_options {
    void describe(option_list& are) { are.json("an array of {name, shown, origin}"); }
};

answer<origins> find(const invocation& call, const config_show_options&)
{
    return {call.loaded.origins};
}

void show(const origins& found, const invocation& call)
{
    table shown{{{"setting"}, {"value", column_kind::flexible}, {"origin"}}};
    for (const auto& row : found)
        shown.add({std::string{row.name}, row.shown, row.origin});
    fmt::print("{}", shown.text(call.out));
}

} // namespace

command commands::config_show()
{
    return answering<config_show_options>(
        {.path = "config show",
         .meaning = "Each setting, its value (secrets masked) and where it came from",
         .examples = "  lightdash-backend config show\n"
                     "  lightdash-backend config show --json | jq '.[] | select(.origin != \"default\")'"},
        find, show);
}

} // namespace lightdash::app
