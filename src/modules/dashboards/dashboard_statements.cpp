#include "modules/dashboards/dashboard_statements.hpp"

#include "lightdash/api/outcome.hpp"

namespace lightdash::dashboards {

sql::raw chart_kind()
{
    return sql::raw{"coalesce(c.chart_config ->> 'type', '')"};
}

void join_tiles_to_d(sql::select& query)
{
    query.left_join("users as e", "e.id", sql::raw("coalesce(d.updated_by, d.created_by)"))
        .left_join("dashboard_tiles as t", "t.dashboard_id", "d.id")
        .left_join("charts as c", "c.id", "t.chart_id")
        .order_by("t.position_y")
        .order_by("t.position_x")
        .order_by("t.id");
}

sql::prepared_for<dashboard_id, caller> select_with_tiles(access::scope what, pg::sql_literal name)
{
    return sql::select(columns_with_tile<found_dashboard>().set("allowed", access::may(what, "d", "p")))
        .from("dashboards as d")
        .join("projects as p", "p.id", "d.project_id")
        .modify(join_tiles_to_d)
        .where("d.id", sql::param<dashboard_id>())
        .named<dashboard_id, caller>(name);
}

dashboard_details require_with_tiles(const pg::result& rows, access::scope what)
{
    auto found = with_tiles<found_dashboard>(rows);
    const auto allowed = rows.rows() > 0 ? std::optional{pg::map_row<bool>(rows, 0)} : std::nullopt;
    access::require_allowed(allowed, what, "dashboard");
    return api::require_found(std::move(found),
                              "dashboard"); // a statement that changes it finds it gone at this very moment
}

} // namespace lightdash::dashboards
