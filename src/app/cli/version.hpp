// This program's version.
#pragma once

#include <string_view>

namespace lightdash::app {

// "0.1.0", from CMake's project version.
inline constexpr std::string_view version = LIGHTDASH_VERSION;

} // namespace lightdash::app
