// update: there is no join, order or limit, because PostgreSQL has none here. Use from(…), or where_in(…) a query.
#pragma once

#include "lightdash/sql/assignments.hpp"
#include "lightdash/sql/returning_clause.hpp"
#include "lightdash/sql/where_clauses.hpp"
#include "lightdash/sql/with_clauses.hpp"

#include <initializer_list>
#include <string_view>

namespace lightdash::sql {

// Without a condition every row is changed; an empty group of conditions throws error_kind::internal, and so does an
// update that sets nothing.
class update : public modification,
               public executable<update>,
               public with_clauses<update>,
               public where_clauses<update>,
               public returning_clause<update> {
public:
    // "users as u", only("t")
    explicit update(const reference& table);

    update& set(const reference& column, const operand& value);
    update& set(const assignments& changes);
    // The members of a described struct that named<T>() binds: one that is an empty optional leaves its column as it
    // is, and so does a json::patch that is absent; a null one is NULL. One text for all combinations. `table` says
    // whose columns they are where other tables have some of the same name. set() puts something else in a member's
    // place.
    template <class T>
    update& changes_of(std::string_view table = {})
    {
        return set_changes(detail::sources_of<T>(), table);
    }
    // "n" = "n" + $1; behind what set(…) says
    update& increment(const reference& column, const operand& by = 1);
    update& decrement(const reference& column, const operand& by = 1);

    // Other tables to take values and conditions from.
    template <class... Tables>
    update& from(const Tables&... tables)
    {
        static_assert(sizeof...(Tables) != 0, "from() names at least one table");
        return set_from({tables...});
    }
    update& with_schema(std::string_view schema);

    enum class clause : unsigned char { with, set, counters, from, where, returning, comment };
    update& clear(clause which);

private:
    update& set_changes(const detail::sources& members, std::string_view table);
    update& set_from(std::initializer_list<reference> tables);
};

} // namespace lightdash::sql
