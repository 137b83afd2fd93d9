#include "modules/projects/routes.hpp"

#include "lightdash/http/response.hpp"
#include "modules/projects/store.hpp"
#include "modules/shared/endpoints.hpp"

namespace lightdash {
namespace {

using access::scope;

// What POST /org/projects answers.
struct created_project {
    project_details project;
    bool has_content_copy;
};
LIGHTDASH_DESCRIBE(created_project, project, has_content_copy)

// GET /api/v1/org/projects
task<http::response> list_projects(http::request& rq, pg::session& db)
{
    const auto wanted = page_request::of(rq);
    const auto found = co_await project_store::list(db, rq.identity<caller>(), search_pattern(rq, "search"), wanted);
    co_return list_response(found.projects, wanted, found.total);
}

// POST /api/v1/org/projects
task<http::response> create_project(http::request& rq, pg::transaction& tx)
{
    const auto draft = rq.body<new_project>();
    const auto type = draft.type.value_or(project_type::DEFAULT);
    if (type == project_type::DEFAULT && draft.upstream_project_uuid)
        throw error{error_kind::invalid_parameter, "Only a PREVIEW project has an upstreamProjectUuid."};
    if (type == project_type::DEFAULT &&
        access::decide(rq.identity<caller>().role, scope::create_project) != access::verdict::yes)
        throw error{error_kind::forbidden, "Only an admin of the organization may create a DEFAULT project."};
    auto made = co_await project_store::create(tx, rq.identity<caller>(), draft);
    co_return http::ok(created_project{project_details{std::move(made)}, false});
}

// GET /api/v1/projects/{project}
task<http::response> get_project(http::request& rq, pg::session& db)
{
    auto found = co_await project_store::by_id(db, rq.identity<caller>(), rq.path<project_id>("project"));
    co_return http::ok(project_details{std::move(found)});
}

// PATCH /api/v1/projects/{project}
task<http::response> update_project(http::request& rq, pg::transaction& tx)
{
    const auto changes = rq.body<project_changes>();
    co_await project_store::update(tx, rq.identity<caller>(), rq.path<project_id>("project"), changes);
    co_return http::done();
}

// DELETE /api/v1/projects/{project}, DELETE /api/v1/org/projects/{project}
task<http::response> delete_project(http::request& rq, pg::transaction& tx)
{
    co_await project_store::remove(tx, rq.identity<caller>(), rq.path<project_id>("project"));
    co_return http::done();
}

} // namespace

void add_project_routes(endpoints& r)
{
    r.get("/api/v1/org/projects", reads, needs(scope::view_project), list_projects, list_query({"search"}));
    r.post("/api/v1/org/projects", writes, needs(scope::create_project), create_project);
    r.remove("/api/v1/org/projects/{project}", writes, needs(scope::delete_project), delete_project);
    r.get("/api/v1/projects/{project}", reads, needs(scope::view_project), get_project);
    r.patch("/api/v1/projects/{project}", writes, needs(scope::update_project), update_project);
    r.remove("/api/v1/projects/{project}", writes, needs(scope::delete_project), delete_project);
}

} // namespace lightdash
