// The routes of projects.
#pragma once

namespace lightdash {

class endpoints;
void add_project_routes(endpoints& r);

} // namespace lightdash
