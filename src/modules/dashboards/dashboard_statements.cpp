#include "modules/dashboards/dashboard_statements.hpp"

#include "modules/projects/service.hpp"

namespace lightdash::dashboard_statements {
namespace {

// One of the dashboard's tiles t, with its chart c.
struct joined_tile {
    std::optional<dashboard_tile> tile;
};
LIGHTDASH_DESCRIBE(joined_tile, tile)

} // namespace

sql::select with_tile_columns(sql::select first)
{
    static const auto tile = sql::columns_of<joined_tile>()
                                 .set("tile_uuid", "t.id")
                                 .set("tile_type", "t.tile_type")
                                 .set("tile_x", "t.position_x")
                                 .set("tile_y", "t.position_y")
                                 .set("tile_w", "t.width")
                                 .set("tile_h", "t.height")
                                 .set("tile_tab_uuid", "t.tab_id")
                                 .set("tile_properties_settings", "t.properties")
                                 .set("tile_properties_saved_chart_uuid", "t.chart_id")
                                 .set("tile_properties_chart_name", "c.name")
                                 .set("tile_properties_chart_slug", "c.slug")
                                 .set("tile_properties_chart_kind",
                                      sql::raw("case when t.tile_type = 'saved_chart' then " CHART_KIND " end"));
    return first.columns(sql::raw(DASHBOARD_COLUMNS), tile)
        .order_by("t.position_y")
        .order_by("t.position_x")
        .order_by("t.id");
}

void join_tiles_to_d(sql::select& query)
{
    query.left_join("users as e", "e.id", sql::raw("coalesce(d.updated_by, d.created_by)"))
        .left_join("dashboard_tiles as t", "t.dashboard_id", "d.id")
        .left_join("charts as c", "c.id", "t.chart_id");
}

pg::flight::ticket ask_owner(pg::flight& statements, dashboard_id id)
{
    static const auto owner =
        select_owner("dashboards", sql::param<dashboard_id>()).named<dashboard_id>("dashboards.owner");
    return statements.add(owner(id));
}

pg::bound_statement find_with_tiles(dashboard_id id)
{
    static const auto find = with_tile_columns({})
                                 .from("dashboards as d")
                                 .left_join("projects as p", "p.id", "d.project_id")
                                 .modify(join_tiles_to_d)
                                 .where("d.id", sql::param<dashboard_id>())
                                 .named<dashboard_id>("dashboards.by_id");
    return find(id);
}

} // namespace lightdash::dashboard_statements
