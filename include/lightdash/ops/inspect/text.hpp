// Texts as the inspection commands print them.
#pragma once

#include <string>
#include <string_view>

namespace lightdash::ops {

// Runs of white space become one space.
std::string one_line(std::string_view text);

} // namespace lightdash::ops
