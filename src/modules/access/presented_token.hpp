// What a client shows in its Authorization field.
#pragma once

#include <string_view>

namespace lightdash::access {

// The personal access token of "ApiKey ldpat_…" (the scheme in any letter case, RFC 9110 11.1); a view into the field,
// at most 256 bytes. Throws unauthenticated, with a text that repeats nothing of what was sent.
std::string_view presented_token(std::string_view authorization);

} // namespace lightdash::access
