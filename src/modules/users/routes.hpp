// The routes of users.
#pragma once

namespace lightdash::api {
class routes;
}

namespace lightdash::users {
void add_routes(api::routes& r);
}
