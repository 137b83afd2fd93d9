// What a join compares: on("a.id", "b.a_id").or_on(…), or using_columns("id").
#pragma once

#include "lightdash/sql/conditions.hpp"

#include <string_view>

namespace lightdash::sql {

// Each call adds one condition to those before it, with `and` or, named or_…, with `or`. Both sides of on() are
// columns; on_val() compares with a value.
class join_on : public fragment {
public:
    join_on();
    // SQL text or a condition.
    join_on(const expression& condition); // NOLINT(*-explicit-*)

    join_on& on(const reference& left, const reference& right)
    {
        detail::compare_columns(*this, place::on, link::and_, left, "=", right);
        return *this;
    }
    join_on& on(const reference& left, comparison op, const reference& right)
    {
        detail::compare_columns(*this, place::on, link::and_, left, op, right);
        return *this;
    }
    // A group in parentheses.
    join_on& on(const join_on& group)
    {
        detail::test_group(*this, place::on, link::and_, group);
        return *this;
    }
    // A condition in parentheses, or SQL text as it is.
    join_on& on(const expression& condition)
    {
        detail::test(*this, place::on, link::and_, condition);
        return *this;
    }
    join_on& on_val(const reference& column, const operand& value)
    {
        detail::compare(*this, place::on, link::and_, column, "=", value);
        return *this;
    }
    join_on& on_val(const reference& column, comparison op, const operand& value)
    {
        detail::compare(*this, place::on, link::and_, column, op, value);
        return *this;
    }
    join_on& on_in(const reference& column, const choices& list)
    {
        detail::test_in(*this, place::on, link::and_, column, list, true);
        return *this;
    }
    join_on& on_not_in(const reference& column, const choices& list)
    {
        detail::test_in(*this, place::on, link::and_, column, list, false);
        return *this;
    }
    join_on& on_null(const reference& column)
    {
        detail::test_null(*this, place::on, link::and_, column, true);
        return *this;
    }
    join_on& on_not_null(const reference& column)
    {
        detail::test_null(*this, place::on, link::and_, column, false);
        return *this;
    }
    join_on& on_between(const reference& column, const operand& low, const operand& high)
    {
        detail::test_between(*this, place::on, link::and_, column, low, high, true);
        return *this;
    }
    join_on& on_not_between(const reference& column, const operand& low, const operand& high)
    {
        detail::test_between(*this, place::on, link::and_, column, low, high, false);
        return *this;
    }
    join_on& on_exists(const expression& rows)
    {
        detail::test_exists(*this, place::on, link::and_, rows, true);
        return *this;
    }
    join_on& on_not_exists(const expression& rows)
    {
        detail::test_exists(*this, place::on, link::and_, rows, false);
        return *this;
    }
    join_on& on_json_path_equals(const reference& left, std::string_view left_path, const reference& right,
                                 std::string_view right_path)
    {
        detail::test_json_paths(*this, place::on, link::and_, left, left_path, right, right_path);
        return *this;
    }
    join_on& or_on(const reference& left, const reference& right)
    {
        detail::compare_columns(*this, place::on, link::or_, left, "=", right);
        return *this;
    }
    join_on& or_on(const reference& left, comparison op, const reference& right)
    {
        detail::compare_columns(*this, place::on, link::or_, left, op, right);
        return *this;
    }
    join_on& or_on(const join_on& group)
    {
        detail::test_group(*this, place::on, link::or_, group);
        return *this;
    }
    join_on& or_on(const expression& condition)
    {
        detail::test(*this, place::on, link::or_, condition);
        return *this;
    }
    join_on& or_on_val(const reference& column, const operand& value)
    {
        detail::compare(*this, place::on, link::or_, column, "=", value);
        return *this;
    }
    join_on& or_on_val(const reference& column, comparison op, const operand& value)
    {
        detail::compare(*this, place::on, link::or_, column, op, value);
        return *this;
    }
    join_on& or_on_in(const reference& column, const choices& list)
    {
        detail::test_in(*this, place::on, link::or_, column, list, true);
        return *this;
    }
    join_on& or_on_not_in(const reference& column, const choices& list)
    {
        detail::test_in(*this, place::on, link::or_, column, list, false);
        return *this;
    }
    join_on& or_on_null(const reference& column)
    {
        detail::test_null(*this, place::on, link::or_, column, true);
        return *this;
    }
    join_on& or_on_not_null(const reference& column)
    {
        detail::test_null(*this, place::on, link::or_, column, false);
        return *this;
    }
    join_on& or_on_between(const reference& column, const operand& low, const operand& high)
    {
        detail::test_between(*this, place::on, link::or_, column, low, high, true);
        return *this;
    }
    join_on& or_on_not_between(const reference& column, const operand& low, const operand& high)
    {
        detail::test_between(*this, place::on, link::or_, column, low, high, false);
        return *this;
    }
    join_on& or_on_exists(const expression& rows)
    {
        detail::test_exists(*this, place::on, link::or_, rows, true);
        return *this;
    }
    join_on& or_on_not_exists(const expression& rows)
    {
        detail::test_exists(*this, place::on, link::or_, rows, false);
        return *this;
    }
    join_on& or_on_json_path_equals(const reference& left, std::string_view left_path, const reference& right,
                                    std::string_view right_path)
    {
        detail::test_json_paths(*this, place::on, link::or_, left, left_path, right, right_path);
        return *this;
    }

private:
    using place = detail::place;
    using link = detail::link;
    friend join_on using_columns_of(std::initializer_list<reference> columns);
};

inline join_on on(const reference& left, const reference& right)
{
    return join_on{}.on(left, right);
}
inline join_on on(const reference& left, comparison op, const reference& right)
{
    return join_on{}.on(left, op, right);
}

// `using ("a", "b")`: equal columns of the same name, which appear once.
join_on using_columns_of(std::initializer_list<reference> columns);
template <class... Columns>
join_on using_columns(const Columns&... columns)
{
    return using_columns_of({columns...});
}

} // namespace lightdash::sql
