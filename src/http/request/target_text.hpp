// Characters and short texts as HTTP classifies them (RFC 9110 5.6.2, RFC 3986 2).
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace lightdash::http::text {

enum : unsigned char { token = 1, field_value = 2, visible = 4, unreserved = 8, digit = 16, hex_digit = 32 };

namespace detail {

constexpr std::array<unsigned char, 256> make_classes()
{
    std::array<unsigned char, 256> classes{};
    const auto add = [&](std::string_view characters, unsigned char kind) {
        for (char c : characters)
            classes[static_cast<unsigned char>(c)] |= kind;
    };
    constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    constexpr std::string_view digits = "0123456789";
    add(letters, token | unreserved);
    add(digits, token | unreserved | digit | hex_digit);
    add("abcdefABCDEF", hex_digit);
    add("!#$%&'*+-.^_`|~", token);
    add("-._~", unreserved);
    for (std::size_t c = 0x20; c < 256; ++c)
        if (c != 0x7f)
            classes[c] |= field_value;
    classes['\t'] |= field_value;
    for (std::size_t c = 0x21; c < 0x7f; ++c)
        classes[c] |= visible;
    return classes;
}
inline constexpr auto classes = make_classes();

constexpr bool is(char c, unsigned char kind) noexcept
{
    return (classes[static_cast<unsigned char>(c)] & kind) != 0;
}
constexpr bool all(std::string_view text, unsigned char kind) noexcept
{
    for (char c : text)
        if (!is(c, kind))
            return false;
    return true;
}

} // namespace detail

constexpr bool is_digit(char c) noexcept
{
    return detail::is(c, digit);
}
constexpr bool is_hex_digit(char c) noexcept
{
    return detail::is(c, hex_digit);
}
constexpr bool is_unreserved(char c) noexcept
{
    return detail::is(c, unreserved);
}
constexpr bool is_visible(char c) noexcept
{
    return detail::is(c, visible);
} // ASCII, no space
constexpr bool is_token(std::string_view text) noexcept
{
    return !text.empty() && detail::all(text, token);
}
constexpr bool is_field_value(std::string_view text) noexcept
{
    return detail::all(text, field_value);
}

constexpr char lower(char c) noexcept
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}
constexpr bool equals_ignoring_case(std::string_view a, std::string_view b) noexcept
{
    if (a.size() != b.size())
        return false;
    for (std::size_t i = 0; i < a.size(); ++i)
        if (lower(a[i]) != lower(b[i]))
            return false;
    return true;
}
// Without spaces and tabs at both ends.
constexpr std::string_view trimmed(std::string_view text) noexcept
{
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

// Appends the decoded text; false when a '%' is not followed by two hex digits, or the result holds NUL or is not
// UTF-8.
bool percent_decode(std::string_view encoded, bool plus_is_space, std::string& out);

} // namespace lightdash::http::text
