#include "pg/wire/session_settings.hpp"

namespace lightdash::pg {

std::string session_options()
{
    std::string text;
    for (const auto& one : session_settings) {
        text += text.empty() ? "-c " : " -c ";
        text += one.name;
        text += '=';
        for (const char c : one.value) {
            if (c == ' ')
                text += '\\'; // a blank ends an option
            text += c;
        }
    }
    return text;
}

} // namespace lightdash::pg
