// The routes of personal access tokens.
#pragma once

namespace lightdash::api {
class routes;
}

namespace lightdash::tokens {
// The routes must have been given the slice's rules.
void add_routes(api::routes& r);
} // namespace lightdash::tokens
