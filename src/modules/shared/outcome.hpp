// What a statement did not find: 404, as the stores name it. What was found and is not allowed is access's to say.
#pragma once

#include "lightdash/api/outcome.hpp"

namespace lightdash {

using api::require_found;
using api::throw_not_found;

} // namespace lightdash
