// The routes of organizations.
#pragma once

namespace lightdash::api {
class routes;
}

namespace lightdash::organizations {
void add_routes(api::routes& r);
}
