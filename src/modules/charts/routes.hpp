// The routes of charts.
#pragma once

namespace lightdash::api {
class routes;
}

namespace lightdash::charts {
void add_routes(api::routes& r);
}
