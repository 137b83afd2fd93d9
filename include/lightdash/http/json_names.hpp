// The names that members and enumerators have in JSON, computed at compile time: first_name is firstName, delete_ is
// delete.
#pragma once

#include "lightdash/core/describe.hpp"

#include <array>
#include <cstddef>
#include <string_view>

namespace lightdash::http::json::detail {

// Without the underscores around it, which only keep C++'s keywords away.
constexpr std::string_view trimmed(std::string_view name) noexcept
{
    while (name.starts_with('_'))
        name.remove_prefix(1);
    while (name.ends_with('_'))
        name.remove_suffix(1);
    return name;
}

constexpr std::size_t camel_size(std::string_view name) noexcept
{
    std::size_t size = 0;
    for (const char c : trimmed(name))
        size += c != '_';
    return size;
}

constexpr char upper(char c) noexcept
{
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

// ,"firstName": as one piece of text, so that writing a member is one append.
template <class Member>
struct member_key {
    static constexpr std::size_t size = camel_size(Member::name);
    static constexpr std::array<char, size + 4> text = [] {
        std::array<char, size + 4> made{};
        std::size_t at = 0;
        made[at++] = ',';
        made[at++] = '"';
        bool raise = false;
        for (const char c : trimmed(Member::name)) {
            if (c != '_')
                made[at++] = raise ? upper(c) : c;
            raise = c == '_';
        }
        made[at++] = '"';
        made[at] = ':';
        return made;
    }();
    static constexpr std::string_view literal{text.data(), text.size()};
    static constexpr std::string_view name{text.data() + 2, size};
};

template <class Enum>
inline constexpr std::size_t enumerator_count =
    boost::mp11::mp_size<boost::describe::describe_enumerators<Enum>>::value;

// Names and values in the order of their description.
template <described_enum Enum>
struct enumerators {
    static constexpr std::array<std::string_view, enumerator_count<Enum>> names = [] {
        std::array<std::string_view, enumerator_count<Enum>> made{};
        std::size_t i = 0;
        boost::mp11::mp_for_each<boost::describe::describe_enumerators<Enum>>(
            [&](auto entry) { made[i++] = trimmed(entry.name); });
        return made;
    }();
    static constexpr std::array<Enum, enumerator_count<Enum>> values = [] {
        std::array<Enum, enumerator_count<Enum>> made{};
        std::size_t i = 0;
        boost::mp11::mp_for_each<boost::describe::describe_enumerators<Enum>>(
            [&](auto entry) { made[i++] = entry.value; });
        return made;
    }();
};

} // namespace lightdash::http::json::detail
