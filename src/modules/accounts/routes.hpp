// The routes of accounts: logging in and out, registering, passwords.
#pragma once

namespace lightdash::api {
class routes;
}

namespace lightdash::accounts {
// The routes must have been given the facilities.
void add_routes(api::routes& r);
} // namespace lightdash::accounts
