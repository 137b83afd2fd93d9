#include "lightdash/core/utf8.hpp"

namespace lightdash {

utf8_sequence first_utf8_sequence(std::string_view text) noexcept
{
    const auto byte = [&](std::size_t i) -> unsigned { return static_cast<unsigned char>(text[i]); };
    const unsigned lead = byte(0);
    std::size_t size = 0;
    unsigned low = 0x80; // of the second byte
    unsigned high = 0xBF;
    if (lead < 0x80) {
        return {1, true};
    } else if (lead >= 0xC2 && lead <= 0xDF) {
        size = 2;
    } else if (lead >= 0xE0 && lead <= 0xEF) {
        size = 3;
        low = lead == 0xE0 ? 0xA0 : low;   // else too long a form
        high = lead == 0xED ? 0x9F : high; // else a surrogate
    } else if (lead >= 0xF0 && lead <= 0xF4) {
        size = 4;
        low = lead == 0xF0 ? 0x90 : low;
        high = lead == 0xF4 ? 0x8F : high; // else beyond U+10FFFF
    } else {
        return {1, false};
    }
    for (std::size_t i = 1; i < size; ++i) {
        if (i == text.size() || byte(i) < low || byte(i) > high)
            return {i, false};
        low = 0x80;
        high = 0xBF;
    }
    return {size, true};
}

bool is_utf8(std::string_view text) noexcept
{
    while (!text.empty()) {
        const auto next = first_utf8_sequence(text);
        if (!next.valid)
            return false;
        text.remove_prefix(next.size);
    }
    return true;
}

std::string_view utf8_prefix(std::string_view text, std::size_t size) noexcept
{
    if (size >= text.size())
        return text;
    const auto continues = [&](std::size_t at) { return (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80; };
    constexpr std::size_t most_that_follow = 3;
    auto end = size;
    while (end > 0 && size - end < most_that_follow && continues(end))
        --end;
    return text.substr(0, continues(end) ? size : end); // what is no UTF-8 is cut anywhere
}

} // namespace lightdash
