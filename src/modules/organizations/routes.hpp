// The routes of organizations.
#pragma once

namespace lightdash {

namespace api {
class routes;
}
void add_organization_routes(api::routes& r);

} // namespace lightdash
