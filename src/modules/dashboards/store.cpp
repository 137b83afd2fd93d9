#include "modules/dashboards/store.hpp"

#include "modules/access/service.hpp"
#include "modules/dashboards/dashboard_statements.hpp"
#include "modules/shared/columns.hpp"
#include "modules/shared/outcome.hpp"
#include "modules/shared/race.hpp"

namespace lightdash {
namespace {

// One row of a list: the project's owner and total stand in every row, also in the only one of an empty page.
struct listed_dashboard {
    organization_id owner;
    std::int64_t total;
    std::optional<dashboard_summary> dashboard;
};
LIGHTDASH_DESCRIBE(listed_dashboard, owner, total, dashboard)

// Of the dashboards that are found. One statement: it finds the project even when the page is empty; the total stands
// in a scalar subselect of its own, computed once.
sql::select page_of(const sql::select& found)
{
    static const auto project = sql::param<project_id>("project");
    return sql::select(sql::columns_of<listed_dashboard>()
                           .set("owner", "p.organization_id")
                           .set("total", sql::select{found}.count())
                           .member("dashboard", "d")
                           .set("dashboard_uuid", "d.id")
                           .set("dashboard_project_uuid", "d.project_id")
                           .set("dashboard_organization_uuid", "p.organization_id")
                           .set("dashboard_updated_at", or_epoch("d.updated_at"))
                           .member("dashboard_updated_by_user", "e")
                           .set("dashboard_updated_by_user_user_uuid", "e.id")
                           .set("dashboard_tile_types",
                                sql::raw("array(select distinct t.tile_type::text from dashboard_tiles t "
                                         "where t.dashboard_id = d.id order by 1)"))
                           .set("dashboard_space_uuid", sql::raw("null::uuid"))
                           .set("dashboard_views", sql::raw("0::int8")))
        .from("projects as p")
        .left_join(sql::select{found}.order_by("created_at").order_by("id").modify(paged).as("d"), sql::raw("true"))
        .left_join("users as e", "e.id", sql::raw("coalesce(d.updated_by, d.created_by)"))
        .where("p.id", project)
        .order_by("d.created_at")
        .order_by("d.id");
}

} // namespace

task<dashboard_details> dashboard_store::by_id(pg::session& db, const caller& who, dashboard_id id)
{
    auto find = dashboard_statements::find_with_tiles(id);
    const auto rows = co_await db.query(find.what, std::move(find.values));
    auto found = require_found(dashboard_statements::with_tiles<dashboard_with_tile>(rows), "dashboard");
    access::require_same_organization(who, found.organization_uuid);
    co_return found;
}

task<dashboard_id> dashboard_store::id_of_slug(pg::session& db, const caller& who, std::string_view slug)
{
    static const auto find = sql::select("d.id")
                                 .from("dashboards as d")
                                 .join("projects as p", "p.id", "d.project_id")
                                 .where("d.slug", sql::param<std::string_view>())
                                 .where("p.organization_id", sql::param<organization_id>())
                                 .limit(sql::raw("2"))
                                 .named<std::string_view, organization_id>("dashboards.id_of_slug");
    const auto found = co_await db.all<dashboard_id>(find(slug, who.organization));
    if (found.size() > 1)
        throw error{error_kind::not_found, "Several projects have a dashboard with this slug: ask for it by its uuid."};
    if (found.empty())
        throw_not_found("dashboard");
    co_return found.front();
}

task<dashboard_store::page> dashboard_store::list(pg::session& db, const caller& who, project_id project,
                                                  std::string pattern, std::optional<chart_id> showing,
                                                  page_request wanted)
{
    using size = std::int64_t;
    using some_chart = std::optional<chart_id>;
    static const auto shown = sql::param<some_chart>("showing");
    static const auto of_project =
        sql::select().from("dashboards").where("project_id", sql::param<project_id>("project"));
    static const auto shows =
        sql::condition().where_null(shown).or_where_exists(sql::select("t.id")
                                                               .from("dashboard_tiles as t")
                                                               .where_column("t.dashboard_id", "dashboards.id")
                                                               .where("t.chart_id", shown));
    // Without a search the statement has no filter at all: PostgreSQL then counts from the index alone.
    static const auto every = page_of(of_project).named<project_id, size, size>("dashboards.list");
    static const auto some = page_of(sql::select{of_project}.where(matches_pattern({"name"})).where(shows))
                                 .named<project_id, std::string, some_chart, size, size>("dashboards.search");
    auto answer = pattern == "%" && !showing
                      ? db.all<listed_dashboard>(every(project, wanted.size, wanted.offset()))
                      : db.all<listed_dashboard>(some(project, pattern, showing, wanted.size, wanted.offset()));
    auto rows = co_await std::move(answer);
    require_owner(who, rows.empty() ? std::nullopt : std::optional{rows.front().owner}, "project");
    page found{{}, rows.front().total};
    found.dashboards.reserve(rows.size());
    for (auto& row : rows)
        if (row.dashboard)
            found.dashboards.push_back(std::move(*row.dashboard));
    co_return found;
}

task<void> dashboard_store::remove(pg::transaction& tx, const caller& who, dashboard_id id)
{
    static const auto erase = sql::remove("dashboards as d")
                                  .using_tables("projects as p")
                                  .modify(dashboard_statements::is_own_dashboard<sql::remove>)
                                  .named<dashboard_id, organization_id>("dashboards.delete");
    pg::flight whole;
    const auto owner = dashboard_statements::ask_owner(whole, id);
    whole.add(erase(id, who.organization));
    co_await finish_or_run_again(tx, whole);
    require_owner(who, whole.maybe<organization_id>(owner), "dashboard");
}

} // namespace lightdash
