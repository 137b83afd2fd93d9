// The routes of access to projects.
#pragma once

namespace lightdash::api {
class routes;
}

namespace lightdash::project_access {
void add_routes(api::routes& r);
}
