#include "modules/projects/routes.hpp"

#include "lightdash/api/routes.hpp"
#include "modules/access/service.hpp"
#include "modules/projects/store.hpp"

namespace lightdash::projects {
namespace {

// What POST /org/projects answers.
struct created_project {
    project_details project;
    bool has_content_copy;
};
LIGHTDASH_DESCRIBE(created_project, project, has_content_copy)

task<created_project> add_project(const caller& who, pg::transaction& tx, const new_project& draft)
{
    const auto type = draft.type.value_or(project_type::DEFAULT);
    if (type == project_type::DEFAULT && draft.upstream_project_uuid)
        throw error{error_kind::invalid_parameter, "Only a PREVIEW project has an upstreamProjectUuid."};
    if (type == project_type::DEFAULT &&
        access::decide(who.role, access::scope::create_project) != access::verdict::yes)
        throw error{error_kind::forbidden, "Only an admin of the organization may create a DEFAULT project."};
    co_return created_project{co_await store::create(tx, who, draft), false};
}

task<void> change_project(const caller& who, pg::transaction& tx, project_id id, const project_changes& changes)
{
    co_await store::update(tx, who, id, changes);
}

} // namespace

void add_routes(api::routes& r)
{
    using enum access::scope;
    r.get("/api/v1/org/projects", needs(view_project), store::list, "The projects that the caller sees");
    r.post("/api/v1/org/projects", needs(create_project), add_project, "Create a project");
    r.remove("/api/v1/org/projects/{project}", needs(delete_project), store::remove,
             "Delete a project with all that is in it");
    r.get("/api/v1/projects/{project}", needs(view_project), store::by_id, "A project");
    r.patch("/api/v1/projects/{project}", needs(update_project), change_project,
            "Change a project: what GET gave is taken back");
    r.remove("/api/v1/projects/{project}", needs(delete_project), store::remove,
             "Delete a project with all that is in it");
}

} // namespace lightdash::projects
