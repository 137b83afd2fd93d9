// The routes of spaces.
#pragma once

namespace lightdash::api {
class routes;
}

namespace lightdash::spaces {
void add_routes(api::routes& r);
}
