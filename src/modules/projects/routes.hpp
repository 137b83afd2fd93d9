// The routes of projects.
#pragma once

namespace lightdash::api {
class routes;
}

namespace lightdash::projects {
void add_routes(api::routes& r);
}
