// A request for each route of the API's description, for tests that go through all of them.
#pragma once

#include "api/api_server.hpp"

#include <string>
#include <vector>

namespace lightdash::testing {

struct api_route {
    std::string method, pattern;
    std::string right; // "view:SavedChart"; "" for an open one
    int success = 200;
    bool has_body = false;
    bool has_pages = false;
};
// As GET /api/docs/openapi.json has them.
std::vector<api_route> described_routes(api_server& server);

struct api_request {
    std::string target;
    std::string body;
};
// One that an admin is answered with success, on things of its own each time; what is a person's own is `as`'s. Throws
// when nobody wrote one for the route.
api_request request_for(api_server& server, const api_route& route, std::string_view as = "admin");
// The same path with another thing's id in place of each.
std::string target_with_id(const api_route& route, const std::string& id);

} // namespace lightdash::testing
