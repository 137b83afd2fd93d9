#include "http/request/target_text.hpp"

#include "lightdash/core/utf8.hpp"

namespace lightdash::http::text {

namespace {

int hex_value(char c) noexcept
{
    if (is_digit(c))
        return c - '0';
    return is_hex_digit(c) ? lower(c) - 'a' + 10 : -1;
}

} // namespace

bool percent_decode(std::string_view encoded, bool plus_is_space, std::string& out)
{
    const auto start = out.size();
    for (std::size_t at = 0; at < encoded.size(); ++at) {
        char c = encoded[at];
        if (c == '+' && plus_is_space) {
            c = ' ';
        } else if (c == '%') {
            const int high = at + 2 < encoded.size() ? hex_value(encoded[at + 1]) : -1;
            const int low = at + 2 < encoded.size() ? hex_value(encoded[at + 2]) : -1;
            if (high < 0 || low < 0)
                return false;
            c = static_cast<char>(high * 16 + low);
            at += 2;
        }
        if (c == '\0')
            return false;
        out += c;
    }
    return is_utf8(std::string_view{out}.substr(start));
}

} // namespace lightdash::http::text
