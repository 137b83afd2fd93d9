#include "modules/charts/routes.hpp"

#include "lightdash/http/response.hpp"
#include "modules/charts/store.hpp"
#include "modules/shared/endpoints.hpp"

namespace lightdash {
namespace {

using access::scope;

// GET /api/v1/projects/{project}/charts
task<http::response> list_charts(http::request& rq, pg::session& db)
{
    const auto wanted = page_request::of(rq);
    const auto found = co_await chart_store::list(db, rq.identity<caller>(), rq.path<project_id>("project"),
                                                  search_pattern(rq, "search"), wanted);
    co_return list_response(found.charts, wanted, found.total);
}

// POST /api/v1/projects/{project}/saved
task<http::response> create_chart(http::request& rq, pg::transaction& tx)
{
    const auto project = rq.path<project_id>("project");
    const auto draft = rq.body<new_chart>();
    auto made = co_await chart_store::create(tx, rq.identity<caller>(), project, draft);
    co_return http::ok(chart_details{std::move(made)});
}

// GET /api/v1/saved/{chart}
task<http::response> get_chart(http::request& rq, pg::session& db)
{
    auto found = co_await chart_store::by_id(db, rq.identity<caller>(), rq.path<chart_id>("chart"));
    co_return http::ok(chart_details{std::move(found)});
}

// PATCH /api/v1/saved/{chart}
task<http::response> update_chart(http::request& rq, pg::transaction& tx)
{
    const auto id = rq.path<chart_id>("chart");
    const auto changes = rq.body<chart_changes>();
    auto changed = co_await chart_store::update(tx, rq.identity<caller>(), id, changes);
    co_return http::ok(chart_details{std::move(changed)});
}

// DELETE /api/v1/saved/{chart}
task<http::response> delete_chart(http::request& rq, pg::transaction& tx)
{
    co_await chart_store::remove(tx, rq.identity<caller>(), rq.path<chart_id>("chart"));
    co_return http::done();
}

} // namespace

void add_chart_routes(endpoints& r)
{
    r.get("/api/v1/projects/{project}/charts", reads, needs(scope::view_saved_chart), list_charts,
          list_query({"search"}));
    r.post("/api/v1/projects/{project}/saved", writes, needs(scope::create_saved_chart), create_chart);
    r.get("/api/v1/saved/{chart}", reads, needs(scope::view_saved_chart), get_chart);
    r.patch("/api/v1/saved/{chart}", writes, needs(scope::update_saved_chart), update_chart);
    r.remove("/api/v1/saved/{chart}", writes, needs(scope::delete_saved_chart), delete_chart);
}

} // namespace lightdash
