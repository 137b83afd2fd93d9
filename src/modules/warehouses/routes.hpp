// The routes of warehouses.
#pragma once

namespace lightdash::api {
class routes;
}

namespace lightdash::warehouses {
void add_routes(api::routes& r);
}
