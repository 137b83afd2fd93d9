#include "modules/organizations/routes.hpp"

#include "lightdash/api/routes.hpp"
#include "modules/access/service.hpp"
#include "modules/organizations/store.hpp"

namespace lightdash::organizations {

void add_routes(api::routes& r)
{
    using enum access::scope;
    r.get("/api/v1/org", needs(view_organization), store::by_id, "The caller's organization");
    r.patch("/api/v1/org", needs(manage_organization), store::update, "Change its name, default project or colours");
}

} // namespace lightdash::organizations
