// How a secret that lets somebody in is stored: it is random enough that a fast hash will do.
#pragma once

#include "lightdash/pg/types.hpp"

#include <string_view>

namespace lightdash {

// The SHA-256 of a token, or of a link's code.
pg::bytes secret_digest(std::string_view secret);

} // namespace lightdash
