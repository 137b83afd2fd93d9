#include "modules/organizations/routes.hpp"

#include "lightdash/api/routes.hpp"
#include "modules/access/service.hpp"
#include "modules/organizations/store.hpp"

namespace lightdash {
namespace {

task<organization> get_organization(const caller& who, pg::session& db)
{
    return organization_store::by_id(db, who.organization);
}

} // namespace

void add_organization_routes(api::routes& r)
{
    using enum access::scope;
    r.get("/api/v1/org", needs(view_organization), get_organization, "The caller's organization");
}

} // namespace lightdash
