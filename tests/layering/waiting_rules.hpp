// Which loops wait for ever.
#pragma once

#include <string_view>
#include <vector>

namespace lightdash::layering {

// The lines (from 1) of loops in C++ text that do nothing but sleep, and whose condition asks no clock and counts
// nothing.
std::vector<int> lines_of_endless_waits(std::string_view text);

} // namespace lightdash::layering
