// One description per model: its columns (snake_case, in order) and its JSON (camelCase) come from it.
// Write LIGHTDASH_DESCRIBE(type, member...) beside the struct, in its namespace.
#pragma once

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <boost/describe/enumerators.hpp>
#include <boost/describe/members.hpp>
#include <boost/mp11/algorithm.hpp>
#include <boost/mp11/list.hpp>

#include <array>
#include <cstddef>
#include <string_view>
#include <type_traits>

#define LIGHTDASH_DESCRIBE(Type, ...) BOOST_DESCRIBE_STRUCT(Type, (), (__VA_ARGS__))
// For a struct that adds members to a described one: the base's members come first.
#define LIGHTDASH_DESCRIBE_DERIVED(Type, Base, ...) BOOST_DESCRIBE_STRUCT(Type, (Base), (__VA_ARGS__))
#define LIGHTDASH_DESCRIBE_ENUM(Type, ...) BOOST_DESCRIBE_ENUM(Type, __VA_ARGS__)

namespace lightdash {

template <class T>
concept described_struct = std::is_class_v<T> && boost::describe::has_describe_members<T>::value;

template <class T>
concept described_enum = std::is_enum_v<T> && boost::describe::has_describe_enumerators<T>::value;

template <described_struct T>
using members_of = boost::describe::describe_members<T, boost::describe::mod_public | boost::describe::mod_inherited>;

template <described_struct T>
inline constexpr std::size_t member_count = boost::mp11::mp_size<members_of<T>>::value;

// The members' names in the order of their description.
template <described_struct T>
constexpr std::array<std::string_view, member_count<T>> member_names()
{
    std::array<std::string_view, member_count<T>> names{};
    std::size_t i = 0;
    boost::mp11::mp_for_each<members_of<T>>([&](auto member) { names[i++] = member.name; });
    return names;
}

// Calls visit(name, reference to member) for each member in order.
template <described_struct T, class Visit>
constexpr void for_each_member(T& object, Visit&& visit)
{
    boost::mp11::mp_for_each<members_of<T>>(
        [&](auto member) { visit(std::string_view{member.name}, object.*member.pointer); });
}
template <described_struct T, class Visit>
constexpr void for_each_member(const T& object, Visit&& visit)
{
    boost::mp11::mp_for_each<members_of<T>>(
        [&](auto member) { visit(std::string_view{member.name}, object.*member.pointer); });
}

} // namespace lightdash
