// The routes of dashboards.
#pragma once

namespace lightdash::api {
class routes;
}

namespace lightdash::dashboards {
void add_routes(api::routes& r);
}
