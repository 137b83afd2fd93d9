// Asking for a password.
#pragma once

#include <string>
#include <string_view>

namespace lightdash::app {

// A new one, fit to be chosen: typed twice without an echo on a terminal, else the first line of standard input. Throws
// invalid_parameter, with `undone` ("No account was made.") in front, for one that will not do.
std::string read_password(std::string_view undone);

} // namespace lightdash::app
