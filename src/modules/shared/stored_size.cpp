#include "modules/shared/stored_size.hpp"

#include <algorithm>
#include <charconv>

namespace lightdash {
namespace {

// Past the closing quote of the text whose opening quote is at `at`.
std::size_t behind_text(std::string_view json, std::size_t at) noexcept
{
    for (at = json.find_first_of("\"\\", at + 1); at < json.size(); at = json.find_first_of("\"\\", at + 2))
        if (json[at] == '"')
            return at + 1;
    return json.size();
}

// Not the end of true or false.
bool is_exponent(std::string_view rest) noexcept
{
    return !rest.empty() && (rest[0] == '+' || rest[0] == '-' || (rest[0] >= '0' && rest[0] <= '9'));
}

// How many digits an exponent adds, written from `at` on behind the e.
std::size_t digits_of_exponent(std::string_view json, std::size_t at) noexcept
{
    constexpr std::size_t too_many = 1'000'000; // more than the limits of what is stored
    if (at < json.size() && (json[at] == '+' || json[at] == '-'))
        ++at;
    std::size_t digits = 0;
    const auto read = std::from_chars(json.data() + at, json.data() + json.size(), digits);
    return read.ec == std::errc{} ? std::min(digits, too_many) : too_many;
}

} // namespace

std::size_t stored_size(std::string_view json) noexcept
{
    std::size_t size = json.size();
    for (std::size_t at = 0; at < json.size();) {
        const char c = json[at];
        if (c == '"') {
            at = behind_text(json, at);
            continue;
        }
        ++at;
        if (c == ',' || c == ':')
            ++size;
        else if ((c == 'e' || c == 'E') && is_exponent(json.substr(at)))
            size += digits_of_exponent(json, at);
    }
    return size;
}

} // namespace lightdash
