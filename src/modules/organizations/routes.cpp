#include "modules/organizations/routes.hpp"

#include "lightdash/http/response.hpp"
#include "modules/organizations/store.hpp"
#include "modules/shared/endpoints.hpp"

namespace lightdash {
namespace {

using access::scope;

// GET /api/v1/org
task<http::response> get_organization(http::request& rq, pg::session& db)
{
    const auto found = co_await organization_store::by_id(db, rq.identity<caller>().organization);
    co_return http::ok(found);
}

} // namespace

void add_organization_routes(endpoints& r)
{
    r.get("/api/v1/org", reads, needs(scope::view_organization), get_organization);
}

} // namespace lightdash
