// The columns of a described struct, as rows are read into it and written from it: one for each member, in the order of
// the description. A member that is a described struct itself takes its columns in its place, named member_column.
#pragma once

#include "lightdash/core/describe.hpp"

#include <functional>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace lightdash {

namespace detail {

template <class T>
struct held {
    using type = T;
};
template <class T>
struct held<std::optional<T>> {
    using type = T;
};
// The struct whose columns a member takes: the member's type, or what it may hold.
template <class T>
using held_t = typename held<T>::type;

template <described_struct Row>
void append_columns(std::vector<std::string>& names, const std::string& prefix)
{
    boost::mp11::mp_for_each<members_of<Row>>([&](auto member) {
        using inner = held_t<std::remove_reference_t<decltype(std::declval<Row&>().*member.pointer)>>;
        if constexpr (described_struct<inner>)
            append_columns<inner>(names, prefix + member.name + '_');
        else
            names.push_back(prefix + member.name);
    });
}

template <class Row, described_struct Part, class Get, class Take>
void visit_columns(const Get& get, Take& take)
{
    boost::mp11::mp_for_each<members_of<Part>>([&](auto member) {
        const auto inner = [get, member](const Row& row) -> const auto& { return get(row).*member.pointer; };
        using type = std::remove_cvref_t<decltype(inner(std::declval<const Row&>()))>;
        static_assert(std::is_same_v<type, held_t<type>> || !described_struct<held_t<type>>,
                      "a row is read with an optional struct in it, but not written");
        if constexpr (described_struct<type>)
            visit_columns<Row, type>(inner, take);
        else
            take(inner);
    });
}

} // namespace detail

template <described_struct Row>
const std::vector<std::string>& described_columns()
{
    static const auto names = [] {
        std::vector<std::string> made;
        detail::append_columns<Row>(made, {});
        return made;
    }();
    return names;
}

// Calls take(get) for each column in that order; get(row) is a reference to the column's value in a row.
template <described_struct Row, class Take>
void for_each_column(Take&& take)
{
    detail::visit_columns<Row, Row>(std::identity{}, take);
}

} // namespace lightdash
