// The API's pages, as the stores name them.
#pragma once

#include "lightdash/api/paging.hpp"

namespace lightdash {

using api::page_request;

} // namespace lightdash
