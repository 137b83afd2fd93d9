// What the compiler knows of a type: which kind of JSON value it is, and the names of its members and enumerators there
// (first_name is firstName, delete_ is delete).
#pragma once

#include "lightdash/core/describe.hpp"
#include "lightdash/core/strong_id.hpp"
#include "lightdash/json/tagged.hpp" // is_tagged: which member tells which alternative it is
#include "lightdash/json/types.hpp"

#include <array>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <optional>
#include <string_view>
#include <type_traits>

namespace lightdash::json::detail {

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

template <class T>
concept optional_like = requires(const T& value) {
    { value.has_value() } -> std::same_as<bool>;
    *value;
};
template <class T>
concept map_like = requires(const T& value) {
    typename T::mapped_type;
    { value.begin()->first } -> std::convertible_to<std::string_view>;
};
template <class T>
concept range_like = requires(const T& value) {
    typename T::value_type;
    value.begin();
    value.end();
};

// optional<text> is an optional.
template <class T, template <class> class Template>
inline constexpr bool is_a = false;
template <template <class> class Template, class T>
inline constexpr bool is_a<Template<T>, Template> = true;
template <class T, template <class> class... Templates>
inline constexpr bool is_one_of = (is_a<T, Templates> || ...);

template <class T>
inline constexpr bool is_sys_time = false;
template <class Duration>
inline constexpr bool is_sys_time<std::chrono::sys_time<Duration>> = true;
template <class T>
inline constexpr bool is_character =
    std::is_same_v<T, char> || std::is_same_v<T, wchar_t> || std::is_same_v<T, char8_t> ||
    std::is_same_v<T, char16_t> || std::is_same_v<T, char32_t>;
template <class T>
inline constexpr bool is_number = std::is_integral_v<T> && !is_character<T>;
template <class T>
inline constexpr bool always_false = false;

} // namespace lightdash::json::detail
