// Guesses what somebody meant who mistyped a name.
#pragma once

#include <span>
#include <string_view>

namespace lightdash::http::json {

// The known name with the fewest edits, letter case aside, if these are few for its length; "" when none is near. The
// result is one of `known`.
std::string_view near_match(std::string_view name, std::span<const std::string_view> known);

} // namespace lightdash::http::json
