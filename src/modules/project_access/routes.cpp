#include "modules/project_access/routes.hpp"

#include "lightdash/api/routes.hpp"
#include "modules/access/service.hpp"
#include "modules/project_access/store.hpp"

namespace lightdash::project_access {
namespace {

task<void> withdraw_from_group(const caller& who, pg::transaction& tx, const audit::origin& from, project_id project,
                               group_id group)
{
    return store::take_from_group(tx, who, from, group, project);
}

} // namespace

void add_routes(api::routes& r)
{
    using enum access::scope;
    r.get("/api/v1/projects/{project}/access", needs(manage_project), store::members, "Who has a role in a project");
    r.post("/api/v1/projects/{project}/access", needs(manage_project), store::add, "Give a user a role in a project");
    r.get("/api/v1/projects/{project}/user/{user}", needs(manage_project), store::member, "A user's role in a project");
    r.patch("/api/v1/projects/{project}/access/{user}", needs(manage_project), store::change,
            "Give a member of a project another role");
    r.remove("/api/v1/projects/{project}/access/{user}", needs(manage_project), store::remove,
             "Take a user's role in a project away");
    r.get("/api/v1/projects/{project}/groupAccesses", needs(manage_project), store::groups,
          "Which groups have a role in a project");
    r.post("/api/v1/groups/{group}/projects/{project}", needs(manage_project), store::give_to_group,
           "Give a group a role in a project");
    r.patch("/api/v1/groups/{group}/projects/{project}", needs(manage_project), store::give_to_group,
            "Give a group another role in a project");
    r.remove("/api/v1/groups/{group}/projects/{project}", needs(manage_project), store::take_from_group,
             "Take a group's role in a project away");

    r.get("/api/v2/projects/{project}/roles/assignments", needs(manage_project), store::assignments,
          "Which users and groups have which role in a project");
    r.post("/api/v2/projects/{project}/roles/assignments/user/{user}", needs(manage_project), store::assign_to_user,
           "Give a user a role in a project, in place of the one they had");
    r.remove("/api/v2/projects/{project}/roles/assignments/user/{user}", needs(manage_project), store::remove,
             "Take a user's role in a project away");
    r.post("/api/v2/projects/{project}/roles/assignments/group/{group}", needs(manage_project), store::assign_to_group,
           "Give a group a role in a project, in place of the one it had");
    r.patch("/api/v2/projects/{project}/roles/assignments/group/{group}", needs(manage_project), store::assign_to_group,
            "Give a group another role in a project");
    r.remove("/api/v2/projects/{project}/roles/assignments/group/{group}", needs(manage_project), withdraw_from_group,
             "Take a group's role in a project away");
}

} // namespace lightdash::project_access
