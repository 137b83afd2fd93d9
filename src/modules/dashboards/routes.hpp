// The routes of dashboards.
#pragma once

namespace lightdash {

namespace api {
class routes;
}
void add_dashboard_routes(api::routes& r);

} // namespace lightdash
