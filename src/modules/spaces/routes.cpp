#include "modules/spaces/routes.hpp"

#include "lightdash/api/routes.hpp"
#include "modules/access/service.hpp"
#include "modules/spaces/store.hpp"

namespace lightdash::spaces {

void add_routes(api::routes& r)
{
    using enum access::scope;
    r.get("/api/v1/projects/{project}/spaces", needs(view_space), store::list, "The spaces of a project");
    r.post("/api/v1/projects/{project}/spaces", needs(create_space), store::create,
           "Create a space, private unless it says otherwise; its maker is its admin");
    r.get("/api/v1/projects/{project}/spaces/{space}", needs(view_space), store::by_id,
          "A space with what lies in it, and who may do what with that and why");
    r.patch("/api/v1/projects/{project}/spaces/{space}", needs(update_space), store::update,
            "Rename a space, or let it inherit the project's rights");
    r.remove("/api/v1/projects/{project}/spaces/{space}", needs(delete_space), store::remove,
             "Delete a space with what lies in it, which can be restored for a time; the default one stays");
    r.post("/api/v1/projects/{project}/spaces/{space}/share", needs(update_space), store::share,
           "Give a user a role in a space");
    r.remove("/api/v1/projects/{project}/spaces/{space}/share/{user}", needs(update_space), store::unshare,
             "Take a user's role in a space away");
    r.post("/api/v1/projects/{project}/spaces/{space}/group/share", needs(update_space), store::share_with_group,
           "Give a group a role in a space");
    r.remove("/api/v1/projects/{project}/spaces/{space}/group/share/{group}", needs(update_space), store::unshare_group,
             "Take a group's role in a space away");
}

} // namespace lightdash::spaces
