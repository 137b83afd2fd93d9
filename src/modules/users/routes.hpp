// The routes of users.
#pragma once

namespace lightdash {

class endpoints;
void add_user_routes(endpoints& r);

} // namespace lightdash
