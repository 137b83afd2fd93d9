#include "lightdash/sql/lexer.hpp"

namespace lightdash::sql {

std::string identifier_of(const token& one)
{
    std::string made;
    if (one.kind != token_kind::name) {
        made = one.text;
        for (char& c : made)
            if (c >= 'A' && c <= 'Z')
                c = static_cast<char>(c - 'A' + 'a');
        return made;
    }
    auto inside = one.text.substr(one.text.find('"') + 1);
    if (one.closed)
        inside.remove_suffix(1);
    for (std::size_t at = 0; at < inside.size(); ++at) {
        made += inside[at];
        at += inside[at] == '"' ? 1 : 0;
    }
    return made;
}

} // namespace lightdash::sql
