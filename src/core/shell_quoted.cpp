#include "lightdash/core/shell_quoted.hpp"

namespace lightdash {

std::string shell_quoted(std::string_view text)
{
    std::string made = "'";
    for (const char c : text)
        made += c == '\'' ? std::string{"'\\''"} : std::string{c};
    return made + "'";
}

} // namespace lightdash
