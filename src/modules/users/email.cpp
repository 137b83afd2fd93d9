#include "modules/users/email.hpp"

#include "lightdash/core/utf8.hpp"

#include <algorithm>

namespace lightdash::users {
namespace {

constexpr std::size_t longest_address = 254, longest_label = 63;

constexpr bool is_letter_or_digit(char c) noexcept
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           static_cast<unsigned char>(c) >= 0x80;
}

bool is_label(std::string_view text) noexcept
{
    return !text.empty() && text.size() <= longest_label && text.front() != '-' && text.back() != '-' &&
           std::ranges::all_of(text, [](char c) { return is_letter_or_digit(c) || c == '-'; });
}

} // namespace

bool is_email_address(std::string_view text) noexcept
{
    constexpr std::string_view others = ".!#$%&'*+/=?^_`{|}~-";
    const auto at = text.find('@');
    if (at == 0 || at == std::string_view::npos || text.size() > longest_address || !is_utf8(text))
        return false;
    if (!std::ranges::all_of(text.substr(0, at),
                             [&](char c) { return is_letter_or_digit(c) || others.find(c) != std::string_view::npos; }))
        return false;
    for (auto domain = text.substr(at + 1);;) {
        const auto dot = domain.find('.');
        if (!is_label(domain.substr(0, dot)))
            return false;
        if (dot == std::string_view::npos)
            return true;
        domain.remove_prefix(dot + 1);
    }
}

} // namespace lightdash::users
