// UTF-8, as the Unicode standard (15.0, table 3-7) defines what is well-formed.
#pragma once

#include <cstddef>
#include <string_view>

namespace lightdash {

inline constexpr std::string_view replacement_character = "\xEF\xBF\xBD"; // U+FFFD, for what is not UTF-8

struct utf8_sequence {
    std::size_t size; // bytes that belong together, at least 1
    bool valid;
};

// The sequence at the beginning of a text that is not empty. An invalid one ends before the first byte that cannot
// belong to it, so that each maximal part is replaced once (Unicode, section 3.9, "U+FFFD Substitution of Maximal
// Subparts").
utf8_sequence first_utf8_sequence(std::string_view text) noexcept;
bool is_utf8(std::string_view text) noexcept;

// What stands in the first `size` bytes, without a sequence that ends behind them.
std::string_view utf8_prefix(std::string_view text, std::size_t size) noexcept;

} // namespace lightdash
