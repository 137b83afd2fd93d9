// Something that has a value or is a table: a column, a parameter, a function's call, a subquery, SQL text.
#pragma once

#include "lightdash/sql/arguments.hpp"
#include "lightdash/sql/fragment.hpp"

#include <cstddef>
#include <initializer_list>
#include <string_view>

namespace lightdash::sql {

class operand;
class reference;

class expression : public fragment {
public:
    // `… as "name"`: one identifier, dots included.
    [[nodiscard]] expression as(std::string_view name) const;
    // With a column list, for subqueries and functions in from: `… as "t"("a", "b")`.
    [[nodiscard]] expression as(std::string_view name, std::initializer_list<std::string_view> columns) const;

protected:
    using fragment::fragment;
    friend struct detail::access;
};

namespace detail {
expression open_parameter(pg::oid type, std::string_view name);
expression grouping(std::string_view keyword, std::initializer_list<reference> parts);
} // namespace detail

// A column where a value is expected: where("a.id", ref("b.id")).
expression ref(std::string_view name);

// A value where a column is expected: select(value(5).as("n")).
expression value(const operand& of);

// A parameter that stays open: the statement is named and each call gives the value. Those with the same name are one,
// and so are ids of the same type without a name.
template <class T>
expression param(std::string_view name = {})
{
    return detail::open_parameter(pg::parameter_type<T>, name.empty() ? detail::id_type_of<T>() : name);
}

expression now();                        // CURRENT_TIMESTAMP: the transaction's start
expression now(int precision);           // digits of the second's fraction, 0 to 6
expression random_uuid();                // made by the server
expression default_value();              // DEFAULT, in insert and update
expression only(std::string_view table); // without the tables that inherit from it

// ("a", "b"): compares and groups by several columns at once.
template <class... Parts>
expression row(const Parts&... parts)
{
    return detail::grouping("", {parts...});
}
// Of group by: rollup ("a", "b"), cube ("a", "b"), grouping sets (("a", "b"), ("a"), ()).
template <class... Parts>
expression rollup(const Parts&... parts)
{
    return detail::grouping("rollup ", {parts...});
}
template <class... Parts>
expression cube(const Parts&... parts)
{
    return detail::grouping("cube ", {parts...});
}
template <class... Parts>
expression grouping_sets(const Parts&... rows)
{
    return detail::grouping("grouping sets ", {rows...});
}

} // namespace lightdash::sql
