// The domain's part of the API.
#pragma once

namespace lightdash {

namespace api {
class routes;
}

// Adds every slice's routes.
void add_slices(api::routes& r);

} // namespace lightdash
