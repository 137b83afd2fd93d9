// The routes of invites.
#pragma once

namespace lightdash::api {
class routes;
}

namespace lightdash::invites {
// The routes must have been given the slice's rules.
void add_routes(api::routes& r);
} // namespace lightdash::invites
