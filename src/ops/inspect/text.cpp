#include "lightdash/ops/inspect/text.hpp"

namespace lightdash::ops {

std::string one_line(std::string_view text)
{
    std::string made;
    for (const char c : text) {
        const bool space = c == ' ' || (c >= '\t' && c <= '\r');
        if (!space)
            made += c;
        else if (!made.empty() && made.back() != ' ')
            made += ' ';
    }
    if (!made.empty() && made.back() == ' ')
        made.pop_back();
    return made;
}

} // namespace lightdash::ops
