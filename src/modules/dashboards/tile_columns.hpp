// Tiles as the statements take them that write them.
#pragma once

#include "modules/dashboards/model.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lightdash::dashboards {

// A list of tiles as one array per column: the statement's text does not change with their number.
struct tile_columns {
    std::vector<tile_id> ids;
    std::vector<std::optional<tile_id>> spares; // for ids that came from the client, and may be another dashboard's
    std::vector<tile_type> types;
    std::vector<std::int32_t> x, y, w, h;
    std::vector<std::optional<uuid>> tab_ids;
    std::vector<std::optional<chart_id>> charts;
    std::vector<std::string> settings;
    bool have_given_ids = false;

    explicit tile_columns(const std::vector<new_tile>& tiles);
};
LIGHTDASH_DESCRIBE(tile_columns, ids, spares, types, x, y, w, h, tab_ids, charts, settings)

// What of a config is made here, beside what the client says of it.
struct config_addition {
    std::optional<json::raw> more_config;
};
LIGHTDASH_DESCRIBE(config_addition, more_config)

// Throws invalid_parameter that names them, unless there are none.
void refuse_unknown_charts(const std::vector<chart_id>& unknown);

} // namespace lightdash::dashboards
