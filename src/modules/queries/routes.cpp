#include "modules/queries/routes.hpp"

#include "lightdash/api/routes.hpp"
#include "lightdash/core/error.hpp"
#include "lightdash/core/units.hpp"
#include "lightdash/http/request.hpp"
#include "modules/access/service.hpp"
#include "modules/charts/service.hpp"
#include "modules/explores/service.hpp"
#include "modules/queries/questions.hpp"
#include "modules/queries/result_page.hpp"
#include "modules/queries/results_watch.hpp"
#include "modules/queries/store.hpp"
#include "modules/shared/stored_json.hpp"

#include <algorithm>
#include <chrono>

namespace lightdash::queries {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds longest_wait = 30s;
constexpr auto before_the_deadline = 500ms; // an answer takes time, too

// Of a request: which rows, and until when to wait for them.
struct wanted_rows {
    std::int64_t page, size;
    deadline until;

    static wanted_rows of(const http::request& rq)
    {
        std::chrono::milliseconds wait{0};
        if (const auto asked = rq.query_text("wait")) {
            const auto time = parse_duration(*asked);
            if (!time || *time > longest_wait)
                throw error{error_kind::invalid_body, "The query string is not valid."}.with_fields(
                    {{"wait", "Must be a time of at most 30 seconds, such as 10s or 500ms."}});
            wait = *time;
        }
        const auto latest = deadline::at(rq.deadline().when() - before_the_deadline);
        return {rq.query_integer("page", 1, api::page_request::last_page).value_or(1),
                rq.query_integer("pageSize", 1, largest_page).value_or(usual_page), latest.shortened_to(wait)};
    }
};

task<target> target_of(pg::session& db, const caller& who, access::scope right, project_id project)
{
    pg::statement_batch one;
    const auto asked = store::ask_target(one, who, right, project);
    co_await db.send(one);
    co_return store::target_in(one, asked, right);
}

task<begun_query> begin_sql(const caller& who, pg::transaction& tx, project_id project, const sql_query& body)
{
    const auto at = co_await target_of(tx, who, access::scope::run_sql, project);
    co_return co_await store::begin(tx, who, project, at, question_of(body));
}

task<begun_query> begin_metric_query(const caller& who, pg::transaction& tx, project_id project,
                                     const metric_query_request& body)
{
    const auto at = co_await target_of(tx, who, access::scope::manage_explore, project);
    auto made = co_await explores::compiled_for(tx, who, project, *body.query.explore_name, body.query);
    auto asked = question_of(std::move(made), *body.query.explore_name, body.query.text.text);
    asked.context = body.context.value_or("exploreView");
    asked.invalidate_cache = body.invalidate_cache.value_or(false);
    co_return co_await store::begin(tx, who, project, at, asked);
}

// Who sees a chart may have it answered.
task<begun_query> begin_chart(const caller& who, pg::transaction& tx, project_id project,
                              const chart_query_request& body)
{
    pg::statement_batch both;
    const auto warehouse = store::ask_target(both, who, access::scope::view_project, project);
    const auto query_of_chart = charts::ask_query(both, who, project, body.chart_uuid);
    co_await tx.send(both);
    const auto chart = charts::query_in(both, query_of_chart);
    const auto at = store::target_in(both, warehouse, access::scope::view_project);
    std::string text;
    append_as_written(text, chart.metric_query.text);
    auto query = json::read_text<explores::metric_query>(text);
    if (body.limit)
        query.limit = *body.limit;
    auto made = co_await explores::compiled_for(tx, who, project, chart.explore_name, query, false);
    auto asked = question_of(std::move(made), chart.explore_name, std::move(text));
    asked.chart = body.chart_uuid;
    asked.context = body.context.value_or("chart");
    asked.invalidate_cache = body.invalidate_cache.value_or(false);
    co_return co_await store::begin(tx, who, project, at, asked);
}

bool is_under_way(query_status status) noexcept
{
    return status == query_status::queued || status == query_status::executing;
}

task<query_answer> get_results(const caller& who, pg::session& db, const results_watch& endings, project_id project,
                               query_id id, const wanted_rows& wanted, const api::query<results_query>&)
{
    const auto offset = (wanted.page - 1) * wanted.size;
    const auto begun = std::chrono::steady_clock::now();
    auto looked = endings.told_so_far();
    auto found = co_await store::read(db, who, project, id, offset, wanted.size);
    while (is_under_way(found.status) && !wanted.until.expired()) {
        co_await endings.wait(found.result, wanted.until, looked);
        looked = endings.told_so_far();
        found = co_await store::read(db, who, project, id, offset, wanted.size);
    }
    co_return page_of(id, std::move(found), wanted.page, wanted.size, std::chrono::steady_clock::now() - begun);
}

} // namespace

void add_routes(api::routes& r)
{
    using enum access::scope;
    r.post("/api/v2/projects/{project}/query/sql", needs(run_sql), begin_sql,
           "Ask the project's warehouse with an SQL statement, which may only read");
    r.post("/api/v2/projects/{project}/query/metric-query", needs(manage_explore), begin_metric_query,
           "Ask the project's warehouse what a metric query over one of its explores asks");
    r.post("/api/v2/projects/{project}/query/chart", needs(view_saved_chart), begin_chart,
           "Ask the project's warehouse what a chart shows");
    r.get("/api/v2/projects/{project}/query/{query}", needs(view_project), get_results,
          "A page of a query's rows, or what has become of the query; with wait=10s it is waited for");
    r.post("/api/v2/projects/{project}/query/{query}/cancel", needs(view_project), store::cancel,
           "End a query, and its statement in the warehouse unless others wait for it");
}

} // namespace lightdash::queries
