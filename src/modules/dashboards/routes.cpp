#include "modules/dashboards/routes.hpp"

#include "lightdash/http/response.hpp"
#include "modules/dashboards/store.hpp"
#include "modules/shared/endpoints.hpp"

namespace lightdash {
namespace {

using access::scope;

// The path names a dashboard by its uuid, or by its slug.
task<dashboard_id> addressed(http::request& rq, pg::session& db)
{
    const auto text = rq.path<std::string_view>("dashboard");
    if (const auto id = dashboard_id::parse(text))
        co_return *id;
    const auto id = co_await dashboard_store::id_of_slug(db, rq.identity<caller>(), text);
    co_return id;
}

std::optional<chart_id> chart_filter(const http::request& rq)
{
    const auto text = rq.query_text("chartUuid");
    if (!text)
        return std::nullopt;
    if (const auto id = chart_id::parse(*text))
        return id;
    throw error{error_kind::invalid_parameter, "The query parameter chartUuid must be a UUID."};
}

// GET /api/v1/projects/{project}/dashboards
task<http::response> list_dashboards(http::request& rq, pg::session& db)
{
    const auto wanted = page_request::of(rq);
    const auto found = co_await dashboard_store::list(db, rq.identity<caller>(), rq.path<project_id>("project"),
                                                      search_pattern(rq, "search"), chart_filter(rq), wanted);
    co_return list_response(found.dashboards, wanted, found.total);
}

// POST /api/v1/projects/{project}/dashboards
task<http::response> create_dashboard(http::request& rq, pg::transaction& tx)
{
    const auto project = rq.path<project_id>("project");
    const auto draft = rq.body<new_dashboard>();
    const auto made = co_await dashboard_store::create(tx, rq.identity<caller>(), project, draft);
    co_return http::created(made, "/api/v1/dashboards/" + made.uuid.to_string());
}

// GET /api/v1/dashboards/{dashboard}
task<http::response> get_dashboard(http::request& rq, pg::session& db)
{
    const auto id = co_await addressed(rq, db);
    try {
        const auto found = co_await dashboard_store::by_id(db, rq.identity<caller>(), id);
        co_return http::ok(found);
    } catch (const error& failure) {
        if (failure.kind() != error_kind::not_found)
            throw;
    }
    // Rows that were written in plain SQL have slugs that are shaped like UUIDs.
    const auto named =
        co_await dashboard_store::id_of_slug(db, rq.identity<caller>(), rq.path<std::string_view>("dashboard"));
    const auto found = co_await dashboard_store::by_id(db, rq.identity<caller>(), named);
    co_return http::ok(found);
}

// PATCH /api/v1/dashboards/{dashboard}
task<http::response> update_dashboard(http::request& rq, pg::transaction& tx)
{
    const auto changes = rq.body<dashboard_changes>();
    const auto id = co_await addressed(rq, tx);
    const auto changed = co_await dashboard_store::update(tx, rq.identity<caller>(), id, changes);
    co_return http::ok(changed);
}

// DELETE /api/v1/dashboards/{dashboard}
task<http::response> delete_dashboard(http::request& rq, pg::transaction& tx)
{
    const auto id = co_await addressed(rq, tx);
    co_await dashboard_store::remove(tx, rq.identity<caller>(), id);
    co_return http::done();
}

} // namespace

void add_dashboard_routes(endpoints& r)
{
    r.get("/api/v1/projects/{project}/dashboards", reads, needs(scope::view_dashboard), list_dashboards,
          list_query({"search", "chartUuid", "includePrivate"}));
    r.post("/api/v1/projects/{project}/dashboards", writes, needs(scope::create_dashboard), create_dashboard);
    r.get("/api/v1/dashboards/{dashboard}", reads, needs(scope::view_dashboard), get_dashboard);
    r.patch("/api/v1/dashboards/{dashboard}", writes, needs(scope::update_dashboard), update_dashboard);
    r.remove("/api/v1/dashboards/{dashboard}", writes, needs(scope::delete_dashboard), delete_dashboard);
}

} // namespace lightdash
