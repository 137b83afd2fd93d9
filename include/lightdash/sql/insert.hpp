// insert: one row, many, a query's rows, or arrays of columns.
#pragma once

#include "lightdash/sql/conflict.hpp"
#include "lightdash/sql/raw.hpp"
#include "lightdash/sql/returning_clause.hpp"
#include "lightdash/sql/with_clauses.hpp"

#include <initializer_list>
#include <tuple>
#include <vector>

namespace lightdash::sql {

// One of: set(…) for a single row · row(…) for each of several, whose missing columns get their default · columns(…)
// with values(…) or from(…) · unnest(…) for each column · default_values(). Mixing them, or none, throws
// error_kind::internal.
class insert : public modification,
               public executable<insert>,
               public with_clauses<insert>,
               public returning_clause<insert> {
public:
    // "table", "schema.table", or SQL text.
    explicit insert(const reference& table);

    insert& set(const reference& column, const operand& value);
    insert& row(const assignments& values);
    insert& rows(const std::vector<assignments>& rows); // an empty list throws error_kind::internal
    insert& default_values();

    template <class... Columns>
    insert& columns(const Columns&... columns)
    {
        return add_columns({columns...});
    }
    // The next row of columns(…): `values ($1, $2), ($3, $4)`. The text grows with the rows.
    template <class... Values>
    insert& values(const Values&... values)
    {
        return add_values({operand{values}...});
    }
    template <class... T>
    insert& values(const std::vector<std::tuple<T...>>& rows)
    {
        for (const auto& each : rows)
            std::apply([&](const T&... value) { add_values({operand{value}...}); }, each);
        return *this;
    }
    // The rows of a query, in the order of columns(…).
    insert& from(const expression& rows);

    // One array per column, in one parameter each: the text is the same for every number of rows. The arrays must have
    // the same length: else error_kind::internal (open parameters are on the caller's honour).
    template <class T>
    insert& unnest(const reference& column, const std::vector<T>& values)
    {
        return add_array(column, operand{values}, values.size());
    }
    insert& unnest(const reference& column, const expression& array);

    insert& on_conflict(const conflict_action& action);

    enum class clause : unsigned char { with, rows, returning, on_conflict, comment };
    insert& clear(clause which);

private:
    insert& add_columns(std::initializer_list<reference> columns);
    insert& add_values(std::initializer_list<operand> values);
    insert& add_array(const reference& column, const operand& array, std::size_t length);
};

} // namespace lightdash::sql
