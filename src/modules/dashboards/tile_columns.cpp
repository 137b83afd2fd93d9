#include "modules/dashboards/tile_columns.hpp"

#include "lightdash/core/error.hpp"

#include <fmt/format.h>

namespace lightdash::dashboards {

tile_columns::tile_columns(const std::vector<new_tile>& tiles)
{
    ids.reserve(tiles.size());
    types.reserve(tiles.size());
    for (auto* numbers : {&x, &y, &w, &h})
        numbers->reserve(tiles.size());
    settings.reserve(tiles.size());
    for (const auto& tile : tiles) {
        const tile_id unused{uuid::random()};
        ids.push_back(tile.uuid.value_or(unused));
        spares.push_back(tile.uuid ? std::optional{unused} : std::nullopt);
        have_given_ids = have_given_ids || tile.uuid;
        types.push_back(tile.type);
        x.push_back(tile.x);
        y.push_back(tile.y);
        w.push_back(tile.w);
        h.push_back(tile.h);
        tab_ids.push_back(tile.tab_uuid);
        charts.push_back(tile.chart());
        settings.push_back(tile.settings());
    }
}

void refuse_unknown_charts(const std::vector<chart_id>& unknown)
{
    if (unknown.empty())
        return;
    std::string list;
    for (const auto& id : unknown)
        list += (list.empty() ? "" : ", ") + id.to_string();
    throw error{error_kind::invalid_parameter,
                fmt::format("These charts of tiles do not exist in the dashboard's project: {}.", list)};
}

} // namespace lightdash::dashboards
