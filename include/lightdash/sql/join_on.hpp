// What a join compares: any condition, on("a.id", "b.a_id") for short, or using_columns("id").
#pragma once

#include "lightdash/sql/condition.hpp"

#include <initializer_list>

namespace lightdash::sql {

// An argument of joins and of merge.
class join_on : public fragment {
public:
    // A condition, or SQL text.
    join_on(const expression& condition); // NOLINT(*-explicit-*)

private:
    using fragment::fragment;
    friend join_on using_columns_of(std::initializer_list<reference> columns);
};

// A condition that begins with two columns: on("a.id", "b.id").where("b.kind", "x").
inline condition on(const reference& left, const reference& right)
{
    return condition{}.where_column(left, right);
}
inline condition on(const reference& left, comparison op, const reference& right)
{
    return condition{}.where_column(left, op, right);
}

// `using ("a", "b")`: equal columns of the same name, which appear once.
join_on using_columns_of(std::initializer_list<reference> columns);
template <class... Columns>
join_on using_columns(const Columns&... columns)
{
    return using_columns_of({columns...});
}

} // namespace lightdash::sql
