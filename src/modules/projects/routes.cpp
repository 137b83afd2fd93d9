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

task<created_project> add_project(const caller& who, const audit::origin& from, const sealing& with,
                                  pg::transaction& tx, const new_project& draft)
{
    const auto type = draft.type.value_or(project_type::DEFAULT);
    if (type == project_type::DEFAULT && draft.upstream_project_uuid)
        throw error{error_kind::invalid_parameter, "Only a PREVIEW project has an upstreamProjectUuid."};
    if (type == project_type::DEFAULT &&
        access::decide(who.role, access::scope::create_project) != access::verdict::yes)
        throw error{error_kind::forbidden, "Only an admin of the organization may create a DEFAULT project."};
    co_return created_project{co_await store::create(tx, who, from, with, draft), false};
}

task<void> change_project(const caller& who, const audit::origin& from, const sealing& with, pg::transaction& tx,
                          project_id id, const project_changes& changes)
{
    co_await store::update(tx, who, from, with, id, changes);
}

task<void> rename(const caller& who, const audit::origin& from, pg::transaction& tx, project_id id,
                  const new_name& wanted)
{
    co_await store::change(tx, who, from, id, project_settings{.name = wanted.name});
}

task<void> change_upstream(const caller& who, const audit::origin& from, pg::transaction& tx, project_id id,
                           const new_upstream& wanted)
{
    co_await store::change(tx, who, from, id, project_settings{.upstream_project_id = wanted.upstream_project_uuid});
}

task<void> change_scheduler(const caller& who, const audit::origin& from, pg::transaction& tx, project_id id,
                            const new_scheduler_settings& wanted)
{
    co_await store::change(tx, who, from, id, project_settings{.scheduler_timezone = wanted.scheduler_timezone});
}

task<results_cache_config> change_results_cache(const caller& who, const audit::origin& from, pg::transaction& tx,
                                                project_id id, const new_results_cache_config& wanted)
{
    const auto ttl = wanted.ttl();
    co_await store::change(tx, who, from, id, project_settings{.results_cache_ttl_seconds = {true, ttl}});
    co_return results_cache_config{id, ttl, results_cache_config::instance_default};
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
    r.patch("/api/v1/projects/{project}/details", needs(update_project), rename, "Rename a project");
    r.patch("/api/v1/projects/{project}/metadata", needs(update_project), change_upstream,
            "Change which project a project is a preview of");
    r.patch("/api/v1/projects/{project}/schedulerSettings", needs(update_project), change_scheduler,
            "Change the time zone that schedules of a project go by");
    r.get("/api/v1/projects/{project}/results-cache-config", needs(update_project), store::results_cache,
          "How long the results of a project's queries are kept");
    r.patch("/api/v1/projects/{project}/results-cache-config", needs(update_project), change_results_cache,
            "Change how long the results of a project's queries are kept; null: the default");
}

} // namespace lightdash::projects
