#include "modules/access/condition.hpp"
#include "modules/charts/service.hpp"

namespace lightdash::charts {
namespace {

struct found_query : asked_by_chart {
    bool allowed;
};
LIGHTDASH_DESCRIBE_DERIVED(found_query, asked_by_chart, allowed)

} // namespace

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

} // namespace lightdash::charts
