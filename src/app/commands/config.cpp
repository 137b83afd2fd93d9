// config show
#include "app/cli/command.hpp"
#include "app/terminal/print_json.hpp"
#include "app/terminal/table.hpp"

#include <fmt/format.h>

namespace lightdash {
LIGHTDASH_DESCRIBE(setting_origin, name, shown, origin)
}

namespace lightdash::app {

void add_config(command_line& line)
{
    auto& config = line.add("config", "Show the settings", "  lightdash-backend config show");
    auto& show = line.add_under(config, "show", "Each setting, its value (secrets masked) and where it came from",
                                "  lightdash-backend config show\n"
                                "  lightdash-backend config show --json | jq '.[] | select(.origin != \"default\")'");
    const auto json = std::make_shared<bool>(false);
    show.add_flag("--json", *json, "Print an array of {name, shown, origin}");
    line.on_run(show, [&line, json](const loaded_settings& loaded) {
        if (*json) {
            print_json(loaded.origins);
            return 0;
        }
        table shown{{{"setting"}, {"value", column_kind::flexible}, {"origin"}}};
        for (const auto& row : loaded.origins)
            shown.add({std::string{row.name}, row.shown, row.origin});
        fmt::print("{}", shown.text(line.out()));
        return 0;
    });
}

} // namespace lightdash::app
