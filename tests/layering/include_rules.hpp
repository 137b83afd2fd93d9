// Who may include whom: the rules of the house, as one function.
#pragma once

#include <string>
#include <string_view>

namespace lightdash::layering {

// `file` is a path from the project's root, `target` what stands between the quotes or angle brackets of its #include.
// Returns "" when that is allowed, else the legal way.
std::string fault_of(std::string_view file, std::string_view target);

} // namespace lightdash::layering
