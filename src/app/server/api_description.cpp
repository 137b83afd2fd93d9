#include "app/server/api_description.hpp"

#include "app/cli/version.hpp"
#include "lightdash/api/openapi.hpp"

namespace lightdash::app {

void add_api_description(http::router& routes, api::routes& all)
{
    http::route served{.verb = http::method::get, .pattern = "/api/docs/openapi.json"};
    all.begin("API description");
    all.describe(
        served, "This description, as OpenAPI 3.1",
        {{200, "OpenAPI 3.1", [](std::string& out, api::schemas&, api::direction) { out += R"({"type":"object"})"; }}});
    served.handle_now = [text = api::openapi_document(all, version)](http::request&) {
        return http::response{.body = text};
    };
    routes.add(std::move(served));
}

} // namespace lightdash::app
