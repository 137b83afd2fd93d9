// Writes C++ values as JSON text: structs from their description, containers, texts, numbers, ids, points in time.
#pragma once

#include "lightdash/json/traits.hpp"
#include "lightdash/json/types.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

namespace lightdash::json {

// The pieces that values are made of, also for a write_json of one's own. Each appends one complete JSON value.
void write_text(std::string& out, std::string_view text); // what is not UTF-8 becomes U+FFFD
void write_signed(std::string& out, std::int64_t number);
void write_unsigned(std::string& out, std::uint64_t number);
// The shortest text that reads back the same. Throws internal when the number is not finite.
void write_double(std::string& out, double number);
void write_float(std::string& out, float number);
void write_uuid(std::string& out, const uuid& id);
void write_time(std::string& out, std::chrono::sys_time<std::chrono::microseconds> when); // "2026-11-22T21:00:00.123Z"
void write_date(std::string& out, std::chrono::sys_days day);                             // "2026-11-22"
void write_raw(std::string& out, const raw& kept);

template <class T>
void write(std::string& out, const T& value);

namespace detail {

template <class T>
concept has_write_json = requires(std::string& out, const T& value) { write_json(out, value); };

template <class T>
bool left_out(const T& member)
{
    if constexpr (is_one_of<T, omittable, omittable_or_null>)
        return !member.has_value();
    else if constexpr (is_a<T, patch>)
        return !member.present;
    else
        return false;
}

template <class T>
void write_members(std::string& out, const T& object)
{
    out += '{';
    bool first = true;
    boost::mp11::mp_for_each<members_of<T>>([&](auto member) {
        using described = decltype(member);
        const auto& content = object.*described::pointer;
        if constexpr (!is_a<std::remove_cvref_t<decltype(content)>, read_only>) {
            if (left_out(content))
                return;
            out.append(member_key<described>::literal.substr(first ? 1 : 0));
            first = false;
            write(out, content);
        }
    });
    out += '}';
}

template <class T>
void write_elements(std::string& out, const T& range)
{
    char before = '[';
    for (const typename T::value_type& element : range) {
        out += before;
        before = ',';
        write(out, element);
    }
    out += before == '[' ? "[]" : "]";
}

template <class T>
void write_entries(std::string& out, const T& map)
{
    char before = '{';
    for (const auto& [key, content] : map) {
        out += before;
        before = ',';
        write_text(out, key);
        out += ':';
        write(out, content);
    }
    out += before == '{' ? "{}" : "}";
}

template <class Enum>
void write_enumerator(std::string& out, Enum value)
{
    using described = enumerators<Enum>;
    for (std::size_t i = 0; i < described::values.size(); ++i)
        if (described::values[i] == value)
            return write_text(out, described::names[i]);
    throw error{error_kind::internal, "an enumeration without a name for its value cannot be written as JSON"};
}

} // namespace detail

// Appends `value`. When it throws (a number that is not finite), `out` holds a part of it.
template <class T>
void write(std::string& out, const T& value)
{
    if constexpr (detail::has_write_json<T>)
        write_json(out, value);
    else if constexpr (std::is_same_v<T, bool>)
        out += value ? "true" : "false";
    else if constexpr (std::is_same_v<T, std::nullptr_t>)
        out += "null";
    else if constexpr (std::is_same_v<T, float>)
        write_float(out, value);
    else if constexpr (std::is_floating_point_v<T>)
        write_double(out, value);
    else if constexpr (detail::is_number<T> && std::is_signed_v<T>)
        write_signed(out, value);
    else if constexpr (detail::is_number<T>)
        write_unsigned(out, value);
    else if constexpr (described_enum<T>)
        detail::write_enumerator(out, value);
    else if constexpr (std::is_convertible_v<const T&, std::string_view>)
        write_text(out, value);
    else if constexpr (std::is_same_v<T, uuid>)
        write_uuid(out, value);
    else if constexpr (detail::is_a<T, strong_id>)
        write_uuid(out, value.value);
    else if constexpr (std::is_same_v<T, std::chrono::sys_days>)
        write_date(out, value);
    else if constexpr (detail::is_sys_time<T>)
        write_time(out, std::chrono::floor<std::chrono::microseconds>(value));
    else if constexpr (std::is_same_v<T, raw>)
        write_raw(out, value);
    else if constexpr (detail::is_a<T, patch>)
        write(out, value.value);
    else if constexpr (detail::is_tagged<T>)
        std::visit([&out](const auto& alternative) { write(out, alternative); }, value);
    else if constexpr (detail::optional_like<T>)
        value.has_value() ? write(out, *value) : void(out += "null");
    else if constexpr (described_struct<T>)
        detail::write_members(out, value);
    else if constexpr (detail::map_like<T>)
        detail::write_entries(out, value);
    else if constexpr (detail::range_like<T>)
        detail::write_elements(out, value);
    else
        static_assert(detail::always_false<T>, "describe this type (LIGHTDASH_DESCRIBE) or give it a write_json");
}

} // namespace lightdash::json
