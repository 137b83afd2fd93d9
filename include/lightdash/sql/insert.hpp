// insert: one row, many, a query's rows, or arrays of columns.
#pragma once

#include "lightdash/core/described_columns.hpp"
#include "lightdash/sql/conflict.hpp"
#include "lightdash/sql/raw.hpp"
#include "lightdash/sql/returning_clause.hpp"
#include "lightdash/sql/with_clauses.hpp"

#include <cstddef>
#include <initializer_list>
#include <string>
#include <tuple>
#include <type_traits>
#include <vector>

namespace lightdash::sql {

// One of: set(…) for a single row, or with from(…) · row(…) for each of several, whose missing columns get their
// default · row(…) and rows(…) of described structs · columns(…) with values(…) or from(…) · unnest(…) for each column,
// or for described structs · default_values(). Mixing them, or none, throws error_kind::internal.
class insert : public modification,
               public executable<insert>,
               public with_clauses<insert>,
               public returning_clause<insert> {
public:
    // "table", "schema.table", or SQL text.
    explicit insert(const reference& table);
    insert& with_schema(std::string_view schema); // of a table that names none

    insert& set(const reference& column, const operand& value);
    // A parameter for each member of a described struct, which named<T>() binds: set("id", …) puts something else in
    // the place of one, or beside them.
    template <class T>
    insert& values_of()
    {
        return set_members(detail::sources_of<T>());
    }
    insert& row(const assignments& values);
    insert& rows(const std::vector<assignments>& rows); // an empty list throws error_kind::internal
    // The members of a described struct are the row's columns.
    template <described_struct T>
    insert& row(const T& values)
    {
        begin_row(described_columns<T>());
        for_each_column<T>([&](const auto& get) { add_value(get(values)); });
        return *this;
    }
    template <described_struct T>
    insert& rows(const std::vector<T>& rows)
    {
        require_rows(rows.size());
        for (const auto& each : rows)
            row(each);
        return *this;
    }
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
    // The rows of a query, in the order of columns(…). With set(…): a row of these values for each row of the query,
    // which lists no columns itself: set("a", ref("u.a")).set("b", 1).from(select().from("u")).
    insert& from(const expression& rows);

    // One array per column, in one parameter each: the text is the same for every number of rows. The arrays must have
    // the same length: else error_kind::internal (open parameters are on the caller's honour).
    template <class T>
    insert& unnest(const reference& column, const std::vector<T>& values)
    {
        return add_array(column, operand{values}, values.size());
    }
    insert& unnest(const reference& column, const expression& array);
    // One array for each member of a described struct.
    template <described_struct T>
    insert& unnest(const std::vector<T>& rows)
    {
        auto name = described_columns<T>().begin();
        for_each_column<T>([&](const auto& get) {
            std::vector<std::remove_cvref_t<decltype(get(rows.front()))>> column;
            column.reserve(rows.size());
            for (const auto& each : rows)
                column.push_back(get(each));
            unnest(*name++, column);
        });
        return *this;
    }

    insert& on_conflict(const conflict_action& action);

    enum class clause : unsigned char { with, rows, returning, on_conflict, comment };
    insert& clear(clause which);

private:
    insert& set_members(const detail::sources& members);
    insert& add_columns(std::initializer_list<reference> columns);
    insert& add_values(std::initializer_list<operand> values);
    static void require_rows(std::size_t count);
    void begin_row(const std::vector<std::string>& names);
    void add_value(const operand& value);
    insert& add_array(const reference& column, const operand& array, std::size_t length);
};

} // namespace lightdash::sql
