// The routes of users.
#pragma once

namespace lightdash {

namespace api {
class routes;
}
void add_user_routes(api::routes& r);

} // namespace lightdash
