// Text that can be copied between quotes as it is: what most of a log line and of a JSON document is made of.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace lightdash {

// Printable ASCII without quotation mark and backslash.
constexpr bool is_plain(char c) noexcept
{
    return c >= 0x20 && c < 0x7F && c != '"' && c != '\\';
}

// Where the plain text at `at` ends, at most `end`.
inline const char* plain_end(const char* at, const char* end) noexcept
{
    constexpr std::uint64_t ones = 0x0101010101010101, tops = ones * 0x80;
    const auto has_zero = [](std::uint64_t word) { return (word - ones) & ~word; };
    for (; end - at >= 8; at += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, at, sizeof word);
        // A byte above one that is not plain may look so too, never the other way round.
        const std::uint64_t found = word | (word + ones) | (word - ones * 0x20) | has_zero(word ^ (ones * '"')) |
                                    has_zero(word ^ (ones * '\\'));
        if ((found & tops) != 0)
            break;
    }
    while (at != end && is_plain(*at))
        ++at;
    return at;
}

inline bool is_plain(std::string_view text) noexcept
{
    return plain_end(text.data(), text.data() + text.size()) == text.data() + text.size();
}

} // namespace lightdash
