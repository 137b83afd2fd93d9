// GET /api/docs/openapi.json: what the API takes and tells, for tools and generators of clients.
#pragma once

#include "lightdash/api/routes.hpp"
#include "lightdash/http/router.hpp"

namespace lightdash::app {

// Describes all routes that `all` has by then, and itself; written once, served from memory.
void add_api_description(http::router& routes, api::routes& all);

} // namespace lightdash::app
