// What the arguments of a prepared statement bring: the members of described structs by their columns' names, ids by
// their type, anything else by its place.
#pragma once

#include "lightdash/core/described_columns.hpp"
#include "lightdash/core/strong_id.hpp"
#include "lightdash/pg/params.hpp"

#include <concepts>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace lightdash::sql::detail {

template <class T>
inline constexpr bool is_id = false;
template <class Tag>
inline constexpr bool is_id<strong_id<Tag>> = true;

// The type as a message names it, the same for every use of the type: the name of param<T>() when T is an id.
template <class T>
constexpr std::string_view type_text()
{
    constexpr std::string_view whole = __PRETTY_FUNCTION__;
    constexpr auto begin = whole.find("T = ") + 4;
    return whole.substr(begin, whole.rfind(']') - begin);
}
template <class T>
constexpr std::string_view id_type_of() noexcept
{
    if constexpr (is_id<T>)
        return type_text<T>();
    else
        return {};
}

// An optional by itself, or a type that is one and says more: json::omittable.
template <class T>
concept optional_value =
    requires { typename T::value_type; } && std::derived_from<T, std::optional<typename T::value_type>>;
// A member that tells whether it changes anything, because NULL is one of its values: json::patch.
template <class T>
concept told_change = requires(const T& change) {
    { change.present } -> std::convertible_to<bool>;
    requires optional_value<std::remove_cvref_t<decltype(change.value)>>;
};

// The part of a member that is sent.
template <class T>
const auto& sent(const T& member) noexcept
{
    if constexpr (told_change<T>)
        return sent(member.value);
    else if constexpr (optional_value<T>)
        return static_cast<const std::optional<typename T::value_type>&>(member);
    else
        return member;
}
template <class T>
using sent_t = std::remove_cvref_t<decltype(sent(std::declval<const T&>()))>;

template <class T>
concept parameter = requires { pg::parameter_codec<T>::type; };

// What an update does with a column whose member brings nothing.
enum class absence : unsigned char {
    none,   // it always brings a value
    empty,  // an empty optional leaves the column as it is
    told,   // a value of its own says whether it changes: the next source
    telling // that value; it has no column
};

// One value of an argument.
struct source {
    std::string name;         // of the column; "" when the argument is no struct
    std::string_view id_type; // of an id: type_text()
    pg::oid type;
    absence when_absent;
    void (*add)(pg::params& to, const void* argument);
};
using sources = std::vector<source>;

template <class Member, class... Path>
struct path {
    // The member at the end; null when a struct on the way is an empty optional.
    template <class T>
    static const auto* find(const T& of)
    {
        const auto& member = of.*Member::pointer;
        if constexpr (sizeof...(Path) == 0)
            return &member;
        else if constexpr (pg::is_optional<std::remove_cvref_t<decltype(member)>>)
            return member ? path<Path...>::find(*member) : nullptr;
        else
            return path<Path...>::find(member);
    }
    template <class T>
    using end = std::remove_cvref_t<decltype(*find(std::declval<const T&>()))>;
};

template <class T, class Path>
void add_member(pg::params& to, const void* argument)
{
    using type = sent_t<typename Path::template end<T>>;
    if (const auto* found = Path::find(*static_cast<const T*>(argument)))
        to.add(sent(*found));
    else if constexpr (pg::is_optional<type>)
        to.add(type{});
    else
        to.add(std::optional<type>{});
}
template <class T, class Path>
void add_presence(pg::params& to, const void* argument)
{
    const auto* found = Path::find(*static_cast<const T*>(argument));
    to.add(found != nullptr && found->present);
}
template <class T>
void add_whole(pg::params& to, const void* argument)
{
    to.add(*static_cast<const T*>(argument));
}

std::string telling_name(std::string_view column);

template <class T, class Path>
void append_source(sources& to, std::string name)
{
    using member = typename Path::template end<T>;
    static_assert(parameter<sent_t<member>>,
                  "a member of this struct is no parameter: give its type a pg::codec, or bind a struct without it");
    constexpr auto absent = told_change<member>      ? absence::told
                            : optional_value<member> ? absence::empty
                                                     : absence::none;
    if constexpr (parameter<sent_t<member>>) // else one message is enough
        to.push_back({name, id_type_of<member>(), pg::parameter_type<sent_t<member>>, absent, &add_member<T, Path>});
    if constexpr (told_change<member>)
        to.push_back({telling_name(name), {}, pg::oid::boolean, absence::telling, &add_presence<T, Path>});
}

template <class T, described_struct Part, class... Path>
void append_sources(sources& to, const std::string& prefix)
{
    boost::mp11::mp_for_each<members_of<Part>>([&](auto member) {
        using here = path<Path..., decltype(member)>;
        using inner = lightdash::detail::held_t<typename here::template end<T>>;
        if constexpr (described_struct<inner>)
            append_sources<T, inner, Path..., decltype(member)>(to, prefix + member.name + '_');
        else
            append_source<T, here>(to, prefix + member.name);
    });
}

// Of a described struct: the columns that described_columns() names, in that order.
template <class T>
const sources& sources_of()
{
    static_assert(described_struct<T>, "describe this struct (LIGHTDASH_DESCRIBE): its members are the columns");
    static const auto made = [] {
        sources all;
        if constexpr (described_struct<T>)
            append_sources<T, T>(all, {});
        return all;
    }();
    return made;
}

// An argument of a call: a struct's members, or one value without a name.
struct argument {
    const sources* values;
    bool is_struct;
};
template <class T>
argument argument_of()
{
    static_assert(
        described_struct<T> || parameter<T>,
        "an argument of a statement is a described struct or a parameter: describe it (LIGHTDASH_DESCRIBE), or "
        "give it a pg::codec");
    if constexpr (described_struct<T>) {
        return {&sources_of<T>(), true};
    } else if constexpr (parameter<T>) {
        static const sources one{{{}, id_type_of<T>(), pg::parameter_type<T>, absence::none, &add_whole<T>}};
        return {&one, false};
    }
}

} // namespace lightdash::sql::detail
