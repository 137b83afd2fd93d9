// Statements about dashboards with their tiles, shared by the store's parts.
#pragma once

#include "lightdash/pg/flight.hpp"
#include "lightdash/pg/result.hpp"
#include "lightdash/pg/row.hpp"
#include "lightdash/sql/builder.hpp"
#include "modules/dashboards/model.hpp"

#include <optional>
#include <vector>

// The columns of `dashboard`, as a prefix of a row's, and the tables they come from: d, project p, editor e. Text,
// because the statement that creates a dashboard is.
#define CHART_KIND "coalesce(c.chart_config ->> 'type', '')"
#define DASHBOARD_COLUMNS                                                                                              \
    "d.id as dashboard_uuid, d.project_id as dashboard_project_uuid, "                                                 \
    "p.organization_id as dashboard_organization_uuid, d.name as dashboard_name, "                                     \
    "d.description as dashboard_description, d.slug as dashboard_slug, d.tabs as dashboard_tabs, "                     \
    "d.filters as dashboard_filters, d.parameters as dashboard_parameters, d.config as dashboard_config, "             \
    "coalesce(d.created_at, 'epoch'::timestamp) as dashboard_created_at, "                                             \
    "coalesce(d.updated_at, 'epoch'::timestamp) as dashboard_updated_at, "                                             \
    "e.id as dashboard_updated_by_user_user_uuid, e.first_name as dashboard_updated_by_user_first_name, "              \
    "e.last_name as dashboard_updated_by_user_last_name "

namespace lightdash::dashboard_statements {

// A dashboard in the rows of its tiles, in reading order: dashboard_with_tile, behind the columns of `first`. A
// statement that changes a dashboard puts its own rows in the place of d, and so answers with what it made.
sql::select with_tile_columns(sql::select first);
// The tables of these columns, behind d and its project p.
void join_tiles_to_d(sql::select& query);
pg::flight::ticket ask_owner(pg::flight& statements, dashboard_id id);
pg::bound_statement find_with_tiles(dashboard_id id);

// One dashboard d of an organization, by its project p.
template <class Statement>
void is_own_dashboard(Statement& statement)
{
    statement.where("d.id", sql::param<dashboard_id>("id"))
        .where_column("p.id", "d.project_id")
        .where("p.organization_id", sql::param<organization_id>());
}

// The dashboard stands in every row; it is read from the first only. Row: dashboard_with_tile, or one that has more
// columns before it.
template <class Row>
std::optional<dashboard_details> with_tiles(const pg::result& rows)
{
    constexpr auto first = pg::column_count<Row> - pg::column_count<dashboard_with_tile>;
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

} // namespace lightdash::dashboard_statements
