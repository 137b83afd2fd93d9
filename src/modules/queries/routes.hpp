// The routes of queries.
#pragma once

namespace lightdash::api {
class routes;
}

namespace lightdash::queries {

void add_routes(api::routes& r);

} // namespace lightdash::queries
