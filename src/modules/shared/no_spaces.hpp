// What is answered to whoever names a space.
#pragma once

#include <string_view>

namespace lightdash {

inline constexpr std::string_view no_spaces = "Spaces do not exist in this version: leave it out or null.";

} // namespace lightdash
