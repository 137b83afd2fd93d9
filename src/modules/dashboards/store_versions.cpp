#include "modules/dashboards/store.hpp"

#include "modules/dashboards/dashboard_statements.hpp"
#include "modules/shared/race.hpp"

#include <fmt/format.h>

namespace lightdash::dashboards {
namespace {

using access::scope;

// The dashboards d, a kept version v of each, and what may be done.
template <class Statement>
void is_version_of_own(Statement& statement)
{
    statement.modify(is_own_dashboard<Statement>, scope::update_dashboard)
        .where_column("v.dashboard_id", "d.id")
        .where("v.id", sql::param<version_id>());
}

// A tile keeps its uuid unless another dashboard has it by now; one whose chart is gone keeps the chart's name.
sql::insert insert_kept_tiles()
{
    return sql::insert("dashboard_tiles")
        .set("id", sql::raw("case when exists (select from dashboard_tiles o where o.id = n.id) then gen_random_uuid() "
                            "else n.id end"))
        .set("dashboard_id", sql::ref("d.id"))
        .set("tile_type", sql::ref("n.type"))
        .set("position_x", sql::ref("n.x"))
        .set("position_y", sql::ref("n.y"))
        .set("width", sql::ref("n.w"))
        .set("height", sql::ref("n.h"))
        .set("tab_id", sql::ref("n.tab"))
        .set("chart_id", sql::ref("c.id"))
        .set("properties",
             sql::raw(R"(case when n.type = 'saved_chart' and c.id is null then jsonb_strip_nulls(jsonb_build_object()"
                      R"('title', n."chartName", 'chartName', n."chartName")) || n.properties else n.properties end)"))
        .from(
            sql::select()
                .from("dashboards as d")
                .join("dashboard_versions as v", "v.dashboard_id", "d.id")
                .join(sql::raw(R"(jsonb_to_recordset(v.content -> 'tiles') n(id uuid, type text, x int4, y int4, )"
                               R"(w int4, h int4, tab uuid, chart uuid, "chartName" text, properties jsonb))"),
                      sql::raw("true"))
                .left_join(
                    "charts as c",
                    sql::on("c.id", "n.chart").where_column("c.project_id", "d.project_id").where_null("c.deleted_at"))
                .where("d.id", sql::param<dashboard_id>())
                .where("v.id", sql::param<version_id>()));
}

} // namespace

task<dashboard_history> store::history(pg::session& db, const caller& who, dashboard_id id)
{
    static const auto ask = ask_present(scope::view_dashboard, "dashboards.may_view");
    static const auto present =
        sql::select("d.id as dashboard_uuid", present_version().as("version_uuid"), "d.version_number as number",
                    present_author().as("author"), present_time().as("created_at"))
            .from("dashboards as d")
            .where("d.id", sql::param<dashboard_id>());
    static const auto kept =
        sql::select("v.dashboard_id", "v.id", "v.number", "v.created_by", sql::raw("v.created_at at time zone 'utc'"))
            .from("dashboard_versions as v")
            .where("v.dashboard_id", sql::param<dashboard_id>());
    static const auto find = sql::select(sql::columns_of<dashboard_version>("v")
                                             .set("dashboard_version_id", "v.number")
                                             .member("created_by", "e")
                                             .set("created_by_user_uuid", "e.id"))
                                 .from(present.union_all(kept).as("v"))
                                 .left_join("users as e", "e.id", "v.author")
                                 .order_by("v.number", sql::desc)
                                 .limit(sql::raw("5000")) // api.md 1.4
                                 .named<dashboard_id>("dashboards.history");
    pg::statement_batch whole;
    const auto allowed = whole.add(ask(id, who));
    const auto versions = whole.add(find(id));
    co_await db.send(whole);
    access::require_allowed(whole.maybe<bool>(allowed), scope::view_dashboard, "dashboard");
    co_return dashboard_history{whole.all<dashboard_version>(versions)};
}

task<dashboard_details> store::roll_back(pg::transaction& tx, const caller& who, dashboard_id id, version_id to,
                                         const api::if_match& seen)
{
    static const auto ask = ask_present(scope::update_dashboard, "dashboards.may_update");
    static const auto known = sql::select("v.id")
                                  .from("dashboard_versions as v")
                                  .where("v.dashboard_id", sql::param<dashboard_id>())
                                  .where("v.id", sql::param<version_id>())
                                  .named<dashboard_id, version_id>("dashboards.known_version");
    static const auto update = sql::update("dashboards as d")
                                   .set("tabs", sql::raw("v.content -> 'tabs'"))
                                   .set("filters", sql::raw("v.content -> 'filters'"))
                                   .set("parameters", sql::raw("v.content -> 'parameters'"))
                                   .set("config", sql::raw("v.content -> 'config'"))
                                   .set("updated_by", sql::param<user_id>())
                                   .from("projects as p", "dashboard_versions as v")
                                   .modify(is_version_of_own<sql::update>)
                                   .where(is_as_expected())
                                   .named<caller, dashboard_id, version_id, api::if_match>("dashboards.roll_back");
    static const auto clear = sql::remove("dashboard_tiles as t")
                                  .where("t.dashboard_id", sql::param<dashboard_id>())
                                  .named<dashboard_id>("dashboards.clear_tiles");
    static const auto restore = insert_kept_tiles().named<dashboard_id, version_id>("dashboards.restore_tiles");
    static const auto find = select_with_tiles(scope::update_dashboard, "dashboards.by_id");
    pg::statement_batch first;
    const auto allowed = first.add(ask(id, who));
    const auto version = first.add(known(id, to));
    const auto updated = first.add(update(who, id, to, seen));
    co_await tx.send(first);
    access::require_allowed(first.maybe<bool>(allowed), scope::update_dashboard, "dashboard");
    if (!first.maybe<version_id>(version))
        throw error{error_kind::not_found,
                    fmt::format("The dashboard has no earlier version {}: its history lists them.", to.to_string())};
    if (first.affected(updated) == 0)
        co_await refuse_unexpected(tx, id);
    pg::statement_batch rest;
    rest.add(clear(id));
    rest.add(restore(id, to));
    const auto changed = rest.add(find(id, who));
    co_await finish_or_run_again(tx, rest);
    co_return require_with_tiles(rest.rows(changed), scope::update_dashboard);
}

} // namespace lightdash::dashboards
