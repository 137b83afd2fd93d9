// A text as one word of a command line that a person copies into a shell.
#pragma once

#include <string>
#include <string_view>

namespace lightdash {

// 'it'\''s' (POSIX.1-2017, Shell Command Language, 2.2.2).
std::string shell_quoted(std::string_view text);

} // namespace lightdash
