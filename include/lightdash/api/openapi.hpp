// The API's description, from the table of its routes.
#pragma once

#include "lightdash/api/routes.hpp"

#include <string>
#include <string_view>

namespace lightdash::api {

// OpenAPI 3.1 (spec.openapis.org/oas/v3.1.0), as JSON. Throws internal when two routes would have one operationId or
// two structs one name.
std::string openapi_document(const routes& all, std::string_view version);

// The README's table: path, methods, what they are for.
std::string routes_markdown(const routes& all);

} // namespace lightdash::api
