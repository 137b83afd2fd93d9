// The routes of organizations.
#pragma once

namespace lightdash {

class endpoints;
void add_organization_routes(endpoints& r);

} // namespace lightdash
