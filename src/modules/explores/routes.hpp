// The routes of explores.
#pragma once

namespace lightdash::api {
class routes;
}

namespace lightdash::explores {
void add_routes(api::routes& r);
}
