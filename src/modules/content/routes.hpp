// The routes of content: charts, dashboards and spaces as one list, and what is done with any of them.
#pragma once

namespace lightdash::api {
class routes;
}

namespace lightdash::content {
void add_routes(api::routes& r);
}
