// select: columns, tables, joins, conditions, groups, windows, order, page, locks.
#pragma once

#include "lightdash/sql/column_list.hpp"
#include "lightdash/sql/having_clauses.hpp"
#include "lightdash/sql/join_clauses.hpp"
#include "lightdash/sql/ordering.hpp"
#include "lightdash/sql/set_operation.hpp"
#include "lightdash/sql/where_clauses.hpp"
#include "lightdash/sql/window.hpp"
#include "lightdash/sql/with_clauses.hpp"

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace lightdash::sql {

// Methods change the object and return it; a copy is a query of its own. Clauses come out in SQL's order, whatever the
// order of the calls. In an expression's place it is a subquery: where_in("id", select("id").from("t")).
class select : public expression,
               public executable<select>,
               public with_clauses<select>,
               public join_clauses<select>,
               public where_clauses<select>,
               public having_clauses<select> {
public:
    // Names ("d.id", "email as mail", "*"), columns_of<T>() and expressions; without any, all columns.
    select();
    template <class First, class... Rest>
    explicit select(const First& first, const Rest&... rest) : select()
    {
        columns(first, rest...);
    }

    template <class... Columns>
    select& columns(const Columns&... columns)
    {
        return add_columns({columns...});
    }
    select& columns(const std::vector<std::string>& names);
    // distinct() alone, or with columns to add.
    template <class... Columns>
    select& distinct(const Columns&... columns)
    {
        return set_distinct().add_columns({columns...});
    }
    template <class... Columns>
    select& distinct_on(const Columns&... columns)
    {
        static_assert(sizeof...(Columns) != 0, "distinct_on() names at least one column");
        return add_distinct_on({columns...});
    }

    // "users as u", only("t"), a subquery .as("t"), raw("…"). Several are separated by commas; a later call replaces.
    template <class... Tables>
    select& from(const Tables&... tables)
    {
        static_assert(sizeof...(Tables) != 0, "from() names at least one table");
        return set_from({tables...});
    }
    // The schema of tables and joined tables that name none. Subqueries have their own.
    select& with_schema(std::string_view schema);

    // Columns, expressions, rollup(…), cube(…), grouping_sets(…).
    template <class... Columns>
    select& group_by(const Columns&... columns)
    {
        return add_groups({columns...});
    }
    // `window "name" as (…)`, for over("name").
    select& window(std::string_view name, const sql::window& rows);

    // A column, or an expression that gets the direction too.
    select& order_by(const reference& column, direction way = asc, nulls where = nulls::as_usual);
    // Text with a direction of its own, or none.
    select& order_by(const raw& text);
    select& order_by_raw(const raw& text) { return order_by(text); } // Knex's name

    // Throws error_kind::internal when negative. An expression: param<std::int64_t>(), or raw("10") to fix it in the
    // text.
    select& limit(std::int64_t rows);
    select& limit(const expression& rows);
    select& offset(std::int64_t rows);
    select& offset(const expression& rows);
    // limit 1, with columns to add.
    template <class... Columns>
    select& first(const Columns&... columns)
    {
        return add_columns({columns...}).limit(1);
    }
    // The rows that follow this one in the query's order: one value for each order_by(), which must be unique together
    // and never NULL. `("a", "b") > ($1, $2)`; spelled out when the directions differ.
    template <class... Values>
    select& after(const Values&... values)
    {
        return set_after({operand{values}...});
    }

    // Aggregates in the select list: count("id as total"). With more behind them:
    // columns(count("id").filter(…).as("n")).
    select& count(const reference& column = "*") { return add_aggregate("count", column, false); }
    select& sum(const reference& column) { return add_aggregate("sum", column, false); }
    select& avg(const reference& column) { return add_aggregate("avg", column, false); }
    select& min(const reference& column) { return add_aggregate("min", column, false); }
    select& max(const reference& column) { return add_aggregate("max", column, false); }
    select& count_distinct(const reference& column) { return add_aggregate("count", column, true); }
    select& sum_distinct(const reference& column) { return add_aggregate("sum", column, true); }
    select& avg_distinct(const reference& column) { return add_aggregate("avg", column, true); }

    // Row locks, of the tables named or of all. Each may be called once more for other tables; skip_locked() and
    // no_wait() belong to the one before them, and throw error_kind::internal without one or together.
    template <class... Tables>
    select& for_update(const Tables&... tables)
    {
        return add_lock("for update", {tables...});
    }
    template <class... Tables>
    select& for_no_key_update(const Tables&... tables)
    {
        return add_lock("for no key update", {tables...});
    }
    template <class... Tables>
    select& for_share(const Tables&... tables)
    {
        return add_lock("for share", {tables...});
    }
    template <class... Tables>
    select& for_key_share(const Tables&... tables)
    {
        return add_lock("for key share", {tables...});
    }
    select& skip_locked();
    select& no_wait();

    // Each query is closed: its own order, limit and locks stay inside. What is called on the result is of the whole.
    template <class... Queries>
    set_operation union_with(const Queries&... others) const
    {
        return set_operation{*this}.union_with(others...);
    }
    template <class... Queries>
    set_operation union_all(const Queries&... others) const
    {
        return set_operation{*this}.union_all(others...);
    }
    template <class... Queries>
    set_operation intersect(const Queries&... others) const
    {
        return set_operation{*this}.intersect(others...);
    }
    template <class... Queries>
    set_operation intersect_all(const Queries&... others) const
    {
        return set_operation{*this}.intersect_all(others...);
    }
    template <class... Queries>
    set_operation except(const Queries&... others) const
    {
        return set_operation{*this}.except(others...);
    }
    template <class... Queries>
    set_operation except_all(const Queries&... others) const
    {
        return set_operation{*this}.except_all(others...);
    }

    // Takes a clause back.
    enum class clause : unsigned char {
        with,
        columns,
        distinct,
        from,
        join,
        where,
        group,
        having,
        window,
        order,
        limit,
        offset,
        after,
        lock,
        comment
    };
    select& clear(clause which);

private:
    select& add_columns(std::initializer_list<reference> columns);
    select& set_distinct();
    select& add_distinct_on(std::initializer_list<reference> columns);
    select& set_from(std::initializer_list<reference> tables);
    select& add_groups(std::initializer_list<reference> columns);
    select& set_after(std::initializer_list<operand> values);
    select& add_aggregate(std::string_view function, const reference& column, bool distinct);
    select& add_lock(std::string_view strength, std::initializer_list<reference> tables);
};

} // namespace lightdash::sql
