#include "modules/charts/store.hpp"

#include "lightdash/api/outcome.hpp"
#include "modules/charts/chart_statements.hpp"
#include "modules/charts/service.hpp"
#include "modules/shared/in_project.hpp"

namespace lightdash::charts {
namespace {

using access::scope;

struct found_chart : chart {
    bool allowed;
};
LIGHTDASH_DESCRIBE_DERIVED(found_chart, chart, allowed)

// Which charts of a project are wanted, and in which order.
struct chart_listing : content_listing {
    bool also_in_dashboards;
};
LIGHTDASH_DESCRIBE_DERIVED(chart_listing, content_listing, also_in_dashboards)

} // namespace

task<chart_details> store::by_id(pg::session& db, const caller& who, chart_id id)
{
    static const auto find =
        select_charts(full_columns<found_chart>().set("allowed", access::may(scope::view_saved_chart, "c", "p")),
                      "charts as c")
            .where("c.id", sql::param<chart_id>())
            .where_null("c.deleted_at")
            .named<chart_id, caller>("charts.by_id");
    auto found = co_await db.maybe<found_chart>(find(id, who));
    co_return chart_details{access::require_allowed(std::move(found), scope::view_saved_chart, "chart")};
}

task<chart_id> store::id_in(pg::session& db, const caller& who, project_id project, std::string_view key)
{
    static const auto ask = access::ask_project(scope::view_saved_chart, "charts.may_look_up");
    static const auto find = id_in_project("charts", "charts.id_in_project");
    const auto found = co_await access::read_permitted(db, ask(project, who), find(project, named_in_project{key}),
                                                       scope::view_saved_chart, "project");
    co_return api::require_found(found.maybe<chart_id>(), "chart");
}

task<api::list<chart_summary>> store::list(pg::session& db, const caller& who, project_id project,
                                           const api::query<content_query>& asked, bool also_in_dashboards)
{
    static const auto ask = access::ask_project(scope::view_saved_chart, "charts.may_list");
    static const auto found = sql::select()
                                  .from("charts as c")
                                  .join("projects as p", "p.id", "c.project_id")
                                  .where("c.project_id", sql::param<project_id>())
                                  .where_null("c.deleted_at")
                                  .where(sql::raw::open("(:also_in_dashboards or c.dashboard_id is null)"))
                                  .where(matches_pattern({"c.name"}))
                                  .where(access::may(scope::view_saved_chart, "c", "p"));
    static const auto count = sql::select{found}.count().named<project_id, caller, chart_listing>("charts.count");
    static const auto page_of = sql::select(chart_columns<chart_summary>()
                                                .set("chart_type", sql::raw("c.chart_config ->> 'type'"))
                                                .set("chart_kind", kind_of_c()))
                                    .from(sql::select{found}.columns("c.*").modify(sorted, "c").modify(paged).as("c"))
                                    .join("projects as p", "p.id", "c.project_id")
                                    .modify(join_what_charts_name)
                                    .modify(sorted, "c")
                                    .named<project_id, caller, chart_listing>("charts.list");
    const chart_listing wanted{content_listing{asked}, also_in_dashboards};
    pg::statement_batch whole;
    const auto allowed = whole.add(ask(project, who));
    const auto total = whole.add(count(project, who, wanted));
    const auto rows = whole.add(page_of(project, who, wanted));
    co_await db.send(whole);
    access::require_allowed(whole.maybe<bool>(allowed), scope::view_saved_chart, "project");
    co_return api::list<chart_summary>{whole.all<chart_summary>(rows), whole.one<std::int64_t>(total), asked.page};
}

} // namespace lightdash::charts
