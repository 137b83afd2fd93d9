// The routes of groups.
#pragma once

namespace lightdash::api {
class routes;
}

namespace lightdash::groups {
void add_routes(api::routes& r);
}
