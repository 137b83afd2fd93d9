#include "modules/charts/service.hpp"

#include "modules/access/condition.hpp"
#include "modules/projects/service.hpp"

namespace lightdash::charts {
namespace {

struct found_query : asked_by_chart {
    bool allowed;
};
LIGHTDASH_DESCRIBE_DERIVED(found_query, asked_by_chart, allowed)

} // namespace

void remove_of_project(pg::statement_batch& statements, const caller& who, project_id project)
{
    static const auto erase = projects::contents_removal("charts", "charts.delete_of_project");
    statements.add(erase(project, who));
}

task<void> move(pg::transaction& tx, const caller& who, const audit::origin& from, const spaces::moving& to)
{
    static const spaces::mover how{{.table = "charts as o",
                                    .subject = "SavedChart",
                                    .name = "chart",
                                    .edit = access::scope::update_saved_chart,
                                    .create = access::scope::create_saved_chart,
                                    .is_bound = sql::raw{"(o.dashboard_id is not null)"}},
                                   "charts.may_move",
                                   "charts.move"};
    return how(tx, who, from, to);
}

pg::statement_batch::ticket ask_query(pg::statement_batch& statements, const caller& who, project_id project,
                                      chart_id id)
{
    static const auto find =
        sql::select(sql::columns_of<found_query>("c")
                        .set("explore_name", "c.table_name")
                        .set("allowed", sql::expression{access::may(access::scope::view_saved_chart, "c", "p")}))
            .from("charts as c")
            .join("projects as p", "p.id", "c.project_id")
            .where("c.id", sql::param<chart_id>())
            .where("p.id", sql::param<project_id>())
            .where_null("c.deleted_at")
            .named<caller, project_id, chart_id>("charts.query_of");
    return statements.add(find(who, project, id));
}

asked_by_chart query_in(const pg::statement_batch& answered, pg::statement_batch::ticket asked)
{
    return access::require_allowed(answered.maybe<found_query>(asked), access::scope::view_saved_chart, "chart");
}

sql::raw kind_of_c()
{
    // A configuration is what a client made of it: series may be anything.
    return sql::raw{
        "case when c.chart_config ->> 'type' <> 'cartesian' then c.chart_config ->> 'type' else coalesce(("
        "select case when count(distinct look.kind) > 1 then 'mixed' else min(look.kind) end "
        "from jsonb_array_elements(case jsonb_typeof(c.chart_config #> '{config,eChartsConfig,series}') when 'array' "
        "then c.chart_config #> '{config,eChartsConfig,series}' else '[]' end) as one (series), "
        "lateral (select case when one.series ->> 'type' = 'bar' and c.chart_config #>> '{config,layout,flipAxes}' = "
        "'true' then 'horizontal_bar' when one.series ->> 'type' = 'bar' then 'vertical_bar' when one.series ->> "
        "'type' "
        "= 'line' and one.series -> 'areaStyle' is not null then 'area' else one.series ->> 'type' end as kind) look), "
        "'vertical_bar') end"};
}

} // namespace lightdash::charts
