// config show
#include "app/command.hpp"
#include "lightdash/http/json.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lightdash {
LIGHTDASH_DESCRIBE(setting_origin, name, shown, origin)
}

namespace lightdash::app {

void add_config(command_line& line)
{
    auto& config = line.add("config", "Show the settings", "");
    config.require_subcommand(1);
    auto& show = line.add_under(config, "show", "Each setting, its value (secrets masked) and where it came from",
                                "  lightdash-backend config show\n"
                                "  lightdash-backend config show --json | jq '.[] | select(.origin != \"default\")'");
    const auto json = std::make_shared<bool>(false);
    show.add_flag("--json", *json, "Print an array of {name, shown, origin}");
    line.on_run(show, [json](const loaded_settings& loaded) {
        if (*json) {
            std::string text;
            http::json::write(text, loaded.origins);
            fmt::print("{}\n", text);
            return 0;
        }
        std::size_t name_width = 0, value_width = 0;
        for (const auto& row : loaded.origins) {
            name_width = std::max(name_width, row.name.size());
            value_width = std::max(value_width, std::min<std::size_t>(row.shown.size(), 48));
        }
        for (const auto& row : loaded.origins)
            fmt::print("{:<{}}  {:<{}}  {}\n", row.name, name_width, row.shown, value_width, row.origin);
        return 0;
    });
}

} // namespace lightdash::app
