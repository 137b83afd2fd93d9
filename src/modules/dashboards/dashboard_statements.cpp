#include "modules/dashboards/dashboard_statements.hpp"

#include "lightdash/api/outcome.hpp"
#include "lightdash/pg/begin_again.hpp"
#include "modules/charts/service.hpp"

#include <fmt/format.h>

namespace lightdash::dashboards {

sql::raw present_version()
{
    return sql::raw{"coalesce(d.version_id, d.id)"};
}

sql::raw present_author()
{
    return sql::raw{
        "case when d.versioned_at is null then coalesce(d.updated_by, d.created_by) else d.versioned_by end"};
}

sql::expression present_time()
{
    return sql::call("coalesce", sql::raw("d.versioned_at at time zone 'utc'"), or_epoch("d.updated_at"));
}

sql::raw is_as_expected()
{
    return sql::raw::open("(:expected_versions::uuid[] is null or coalesce(d.version_id, d.id) = any "
                          "(:expected_versions::uuid[]))");
}

sql::raw chart_kind()
{
    return sql::raw{"coalesce(?, '')", charts::kind_of_c()};
}

void join_tiles_to_d(sql::select& query)
{
    query.left_join("users as e", "e.id", sql::raw("coalesce(d.updated_by, d.created_by)"))
        .left_join("spaces as s", "s.id", "d.space_id")
        .left_join("dashboard_tiles as t", "t.dashboard_id", "d.id")
        .left_join("charts as c", "c.id", "t.chart_id")
        .order_by("t.position_y")
        .order_by("t.position_x")
        .order_by("t.id");
}

sql::prepared_for<dashboard_id, caller> select_with_tiles(access::scope what, pg::sql_literal name)
{
    const auto named = sql::select().from("dashboards as of_access").where("of_access.id", sql::param<dashboard_id>());
    return sql::select(columns_with_tile<found_dashboard>(named).set("allowed", access::may(what, "d", "p")))
        .from("dashboards as d")
        .join("projects as p", "p.id", "d.project_id")
        .modify(join_tiles_to_d)
        .where("d.id", sql::param<dashboard_id>())
        .where_null("d.deleted_at")
        .named<dashboard_id, caller>(name);
}

sql::prepared_for<dashboard_id, caller> ask_present(access::scope what, pg::sql_literal name)
{
    return sql::select(access::may(what, "d", "p").as("allowed"))
        .from("dashboards as d")
        .join("projects as p", "p.id", "d.project_id")
        .where("d.id", sql::param<dashboard_id>())
        .where_null("d.deleted_at")
        .named<dashboard_id, caller>(name);
}

std::optional<dashboard_details> require_allowed_with_tiles(const pg::result& rows, access::scope what)
{
    auto found = with_tiles<found_dashboard>(rows);
    const auto allowed = rows.rows() > 0 ? std::optional{pg::map_row<bool>(rows, 0)} : std::nullopt;
    access::require_allowed(allowed, what, "dashboard");
    return found;
}

dashboard_details require_with_tiles(const pg::result& rows, access::scope what)
{
    // a statement that changes it finds it gone at this very moment
    return api::require_found(require_allowed_with_tiles(rows, what), "dashboard");
}

task<void> refuse_unexpected(pg::transaction& tx, dashboard_id id)
{
    static const auto find = sql::select(sql::columns_of<last_save>("d")
                                             .set("version_uuid", present_version())
                                             .set("dashboard_version_id", "d.version_number")
                                             .set("updated_at", or_epoch("d.updated_at"))
                                             .member("updated_by_user", "e")
                                             .set("updated_by_user_user_uuid", "e.id"))
                                 .from("dashboards as d")
                                 .left_join("users as e", "e.id", sql::raw("coalesce(d.updated_by, d.created_by)"))
                                 .where("d.id", sql::param<dashboard_id>())
                                 .where_null("d.deleted_at")
                                 .named<dashboard_id>("dashboards.last_save");
    if (tx.finished()) // it changed nothing
        co_await pg::begin_again(tx);
    const auto saved = api::require_found(co_await tx.maybe<last_save>(find(id)), "dashboard");
    const auto who =
        saved.updated_by_user ? saved.updated_by_user->first_name + ' ' + saved.updated_by_user->last_name : "Somebody";
    std::string when;
    json::write(when, saved.updated_at);
    when = when.substr(1, when.size() - 2);
    api::throw_stale(fmt::format("{} saved this dashboard at {}, so that it is not what you have any more: read it "
                                 "again, or send neither versionUuid nor If-Match to overwrite it.",
                                 who, when),
                     saved);
}

} // namespace lightdash::dashboards
