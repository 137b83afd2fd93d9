// The routes of projects.
#pragma once

namespace lightdash {

namespace api {
class routes;
}
void add_project_routes(api::routes& r);

} // namespace lightdash
