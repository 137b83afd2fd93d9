#include "modules/dashboards/store.hpp"

#include "lightdash/api/outcome.hpp"
#include "modules/dashboards/dashboard_statements.hpp"
#include "modules/shared/columns.hpp"
#include "modules/shared/in_project.hpp"

#include <fmt/format.h>

namespace lightdash::dashboards {
namespace {

using access::scope;

// One row of a list: whether the caller may see the project's, and the total, stand in every row, also in the only one
// of an empty page.
struct line_of_list {
    bool allowed;
    std::int64_t total;
    std::optional<dashboard_summary> dashboard;
};
LIGHTDASH_DESCRIBE(line_of_list, allowed, total, dashboard)

// Of the dashboards that are found. One statement: it finds the project even when the page is empty; the total stands
// in a scalar subselect of its own, computed once.
template <class Order>
sql::select page_of(const sql::select& found, Order order)
{
    return sql::select(dashboard_columns<line_of_list>()
                           .set("allowed", access::may_in(scope::view_dashboard, "p"))
                           .set("total", sql::select{found}.count())
                           .set("dashboard_tile_types",
                                sql::raw("array(select distinct t.tile_type::text from dashboard_tiles t "
                                         "where t.dashboard_id = d.id order by 1)"))
                           .set("dashboard_space_uuid", "d.space_id"))
        .from("projects as p")
        .left_join(sql::select{found}.columns("l.*").modify(order, "l").modify(paged).as("d"), sql::raw("true"))
        .left_join("users as e", "e.id", sql::raw("coalesce(d.updated_by, d.created_by)"))
        .where("p.id", sql::param<project_id>())
        .modify(order, "d");
}

void oldest_first(sql::select& query, std::string_view alias)
{
    query.order_by(fmt::format("{}.created_at", alias)).order_by(fmt::format("{}.id", alias));
}

// Only those with a tile of that chart, unless it is null.
struct of_chart {
    std::optional<chart_id> showing;
};
LIGHTDASH_DESCRIBE(of_chart, showing)

} // namespace

task<dashboard_details> store::by_id(pg::session& db, const caller& who, dashboard_id id)
{
    static const auto select = select_with_tiles(scope::view_dashboard, "dashboards.by_id");
    auto find = select(id, who);
    const auto rows = co_await db.query(find.what, std::move(find.values));
    co_return require_with_tiles(rows, scope::view_dashboard);
}

task<dashboard_id> store::id_of_slug(pg::session& db, const caller& who, std::string_view slug)
{
    static const auto find = sql::select("d.id")
                                 .from("dashboards as d")
                                 .join("projects as p", "p.id", "d.project_id")
                                 .where("d.slug", sql::param<std::string_view>())
                                 .where_null("d.deleted_at")
                                 .where(access::may(scope::view_dashboard, "d", "p"))
                                 .limit(sql::raw("2"))
                                 .named<std::string_view, caller>("dashboards.id_of_slug");
    const auto found = co_await db.all<dashboard_id>(find(slug, who));
    if (found.size() > 1)
        throw error{error_kind::not_found, "Several projects have a dashboard with this slug: ask for it by its uuid."};
    if (found.empty())
        api::throw_not_found("dashboard");
    co_return found.front();
}

task<dashboard_id> store::id_in(pg::session& db, const caller& who, project_id project, std::string_view key)
{
    static const auto ask = access::ask_project(scope::view_dashboard, "dashboards.may_look_up");
    static const auto find = id_in_project("dashboards", "dashboards.id_in_project");
    const auto found = co_await access::read_permitted(db, ask(project, who), find(project, named_in_project{key}),
                                                       scope::view_dashboard, "project");
    co_return api::require_found(found.maybe<dashboard_id>(), "dashboard");
}

task<api::list<dashboard_summary>> store::list(pg::session& db, const caller& who, project_id project,
                                               const api::query<dashboard_query>& asked)
{
    static const auto shown = sql::param<std::optional<chart_id>>("showing");
    static const auto of_project = sql::select()
                                       .from("dashboards as l")
                                       .join("projects as of_l", "of_l.id", "l.project_id")
                                       .where("l.project_id", sql::param<project_id>())
                                       .where_null("l.deleted_at")
                                       .where(access::may(scope::view_dashboard, "l", "of_l"));
    static const auto shows =
        sql::condition().where_null(shown).or_where_exists(sql::select("t.id")
                                                               .from("dashboard_tiles as t")
                                                               .where_column("t.dashboard_id", "l.id")
                                                               .where("t.chart_id", shown));
    // Without a search the statement has no other filter: PostgreSQL then counts from the index alone.
    static const auto every = page_of(of_project, oldest_first).named<caller, project_id, listing>("dashboards.list");
    static const auto some = page_of(sql::select{of_project}.where(matches_pattern({"l.name"})).where(shows), sorted)
                                 .named<caller, project_id, content_listing, of_chart>("dashboards.search");
    const content_listing wanted{asked};
    const bool all = wanted.pattern == "%" && !asked.chart_uuid && !asked.sort_by && !wanted.down;
    auto answer = db.all<line_of_list>(all ? every(who, project, wanted)
                                           : some(who, project, wanted, of_chart{asked.chart_uuid}));
    auto rows = co_await std::move(answer);
    access::require_allowed(rows.empty() ? std::nullopt : std::optional{rows.front().allowed}, scope::view_dashboard,
                            "project");
    api::list<dashboard_summary> found{{}, rows.front().total, asked.page};
    found.rows.reserve(rows.size());
    for (auto& row : rows)
        if (row.dashboard)
            found.rows.push_back(std::move(*row.dashboard));
    co_return found;
}

} // namespace lightdash::dashboards
