// The page at /api/docs: the API's description for people.
#pragma once

#include "lightdash/http/router.hpp"

namespace lightdash::app {

// Adds the page, what it loads, all from this server, and the way of a browser from / to it.
void add_docs_page(http::router& routes);

} // namespace lightdash::app
