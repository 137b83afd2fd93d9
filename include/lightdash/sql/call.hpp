// Function calls: plain, aggregate and window functions, with all that may follow their parentheses.
#pragma once

#include "lightdash/sql/condition.hpp"
#include "lightdash/sql/ordering.hpp"
#include "lightdash/sql/window.hpp"

#include <initializer_list>
#include <string_view>

namespace lightdash::sql {

class call : public expression {
public:
    // The name is SQL text of the program; texts among the arguments are values, a column is ref("a").
    template <class... Args>
    explicit call(pg::sql_literal function, const Args&... args) : call(build(function.text(), {operand{args}...}))
    {}

    // f(distinct …)
    call& distinct();
    // f(… order by "a" desc)
    call& order_by(const reference& column);
    call& order_by(const reference& column, direction way, nulls where = nulls::as_usual);
    // Behind the parentheses, in the order of the calls: filter (where …), within group (order by …), over (…).
    call& filter(const condition& which);
    call& within_group(const reference& order);
    call& within_group(const reference& order, direction way, nulls where = nulls::as_usual);
    call& over();
    call& over(const window& rows);
    call& over(std::string_view named_window);

private:
    using expression::expression;
    friend call aggregate(std::string_view function, std::initializer_list<reference> columns);
    static call build(std::string_view function, std::initializer_list<operand> args);
};

call aggregate(std::string_view function, std::initializer_list<reference> columns);

inline call count(const reference& column = "*")
{
    return aggregate("count", {column});
}
inline call sum(const reference& column)
{
    return aggregate("sum", {column});
}
inline call avg(const reference& column)
{
    return aggregate("avg", {column});
}
inline call min(const reference& column)
{
    return aggregate("min", {column});
}
inline call max(const reference& column)
{
    return aggregate("max", {column});
}
// Several columns count as one row: count(distinct ("a", "b")).
template <class... Columns>
call count_distinct(const Columns&... columns)
{
    if constexpr (sizeof...(Columns) > 1)
        return aggregate("count", {row(columns...)}).distinct();
    else
        return aggregate("count", {columns...}).distinct();
}
inline call sum_distinct(const reference& column)
{
    return sum(column).distinct();
}
inline call avg_distinct(const reference& column)
{
    return avg(column).distinct();
}
inline call row_number()
{
    return call{"row_number"};
}
inline call rank()
{
    return call{"rank"};
}
inline call dense_rank()
{
    return call{"dense_rank"};
}

} // namespace lightdash::sql
