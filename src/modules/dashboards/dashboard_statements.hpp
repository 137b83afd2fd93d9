// Statements about dashboards with their tiles, shared by the store's parts.
#pragma once

#include "lightdash/api/conditions.hpp"
#include "lightdash/async/task.hpp"
#include "lightdash/pg/result.hpp"
#include "lightdash/pg/row.hpp"
#include "lightdash/pg/transaction.hpp"
#include "lightdash/sql/builder.hpp"
#include "modules/access/condition.hpp"
#include "modules/dashboards/model.hpp"
#include "modules/shared/columns.hpp"

#include <optional>
#include <vector>

namespace lightdash::dashboards {

// Of a row with a member `dashboard`: from dashboards d, their projects p and their last editors e.
template <class Row>
sql::column_list dashboard_columns()
{
    return sql::columns_of<Row>()
        .member("dashboard", "d")
        .set("dashboard_uuid", "d.id")
        .set("dashboard_project_uuid", "d.project_id")
        .set("dashboard_organization_uuid", "p.organization_id")
        .set("dashboard_updated_at", or_epoch("d.updated_at"))
        .member("dashboard_updated_by_user", "e")
        .set("dashboard_updated_by_user_user_uuid", "e.id");
}

// The version that a row of dashboards d is: as it was created, its own id.
sql::raw present_version();
// Who saved it, and when: nobody has, as it was created.
sql::raw present_author();
sql::expression present_time();

// And what a single one tells beyond a line of a list, with its space s. `source`: the dashboard once more, outside of
// the rows of its tiles, so that the access to it is looked up once.
template <class Row>
sql::column_list whole_columns(const sql::select& source)
{
    return dashboard_columns<Row>()
        .set("dashboard_space_uuid", "d.space_id")
        .set("dashboard_space_name", "s.name")
        .set("dashboard_inherits_from_org_or_project", sql::raw("coalesce(s.inherits, true)"))
        .set("dashboard_access", sql::select{source}.columns(access::access_in_space(sql::ref("of_access.space_id"))))
        .set("dashboard_created_at", or_epoch("d.created_at"))
        .set("dashboard_version_uuid", present_version())
        .set("dashboard_dashboard_version_id", "d.version_number");
}

// The type of a chart c.
sql::raw chart_kind();

// And a member `tile`: one of its tiles t, with its chart c.
template <class Row>
sql::column_list columns_with_tile(const sql::select& source)
{
    return whole_columns<Row>(source)
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
        .set("tile_properties_chart_kind", sql::raw("case when t.tile_type = 'saved_chart' then ? end", chart_kind()))
        .set("tile_properties_belongs_to_dashboard", sql::raw("c.dashboard_id = d.id"));
}

// The tables of these columns behind d and p, and the order in which tiles are read. A statement that changes a
// dashboard puts its own rows in the place of d, and so answers with what it made.
void join_tiles_to_d(sql::select& query);

// A dashboard in the rows of its tiles, and whether the caller may see it.
struct found_dashboard {
    bool allowed;
    dashboards::dashboard dashboard;
    std::optional<dashboard_tile> tile;
};
LIGHTDASH_DESCRIBE(found_dashboard, allowed, dashboard, tile)
sql::prepared_for<dashboard_id, caller> select_with_tiles(access::scope what, pg::sql_literal name);

// For where(): the dashboard d is as it was expected. The statement is named with an api::if_match.
sql::raw is_as_expected();

// Why a statement of a caller who may changed nothing: throws stale, which tells who saved last, or not_found.
task<void> refuse_unexpected(pg::transaction& tx, dashboard_id id);

// access::ask() of a dashboard that is not deleted.
sql::prepared_for<dashboard_id, caller> ask_present(access::scope what, pg::sql_literal name);

// The dashboard d that is named and not deleted, by its project p, when the caller may do that.
template <class Statement>
void is_own_dashboard(Statement& statement, access::scope what)
{
    statement.where("d.id", sql::param<dashboard_id>())
        .where_null("d.deleted_at")
        .where_column("p.id", "d.project_id")
        .where(access::may(what, "d", "p"));
}

// The dashboard stands in every row; it is read from the first only. Row: `allowed`, a dashboard that may be missing,
// and a tile.
template <class Row>
std::optional<dashboard_details> with_tiles(const pg::result& rows)
{
    constexpr std::size_t first = 1;
    constexpr auto first_of_tile = first + pg::column_count<dashboard>;
    pg::check_shape<Row>(rows);
    if (rows.rows() == 0 || rows.field(0, first).null)
        return std::nullopt;
    dashboard_details made{pg::map_row<dashboard>(rows, 0, first)};
    made.tiles.reserve(rows.rows());
    for (std::size_t row = 0; row < rows.rows(); ++row)
        if (!rows.field(row, first_of_tile).null)
            made.tiles.push_back(pg::map_row<dashboard_tile>(rows, row, first_of_tile));
    return made;
}

// The same, or not_found without rows, or forbidden.
std::optional<dashboard_details> require_allowed_with_tiles(const pg::result& rows, access::scope what);
// And not_found when the dashboard is missing.
dashboard_details require_with_tiles(const pg::result& rows, access::scope what);

} // namespace lightdash::dashboards
