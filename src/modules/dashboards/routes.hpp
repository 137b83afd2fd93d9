// The routes of dashboards.
#pragma once

namespace lightdash {

class endpoints;
void add_dashboard_routes(endpoints& r);

} // namespace lightdash
