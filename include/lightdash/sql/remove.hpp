// delete: there is no join, order or limit, because PostgreSQL has none here. Use using_tables(…), or where_in(…) a
// query.
#pragma once

#include "lightdash/sql/returning_clause.hpp"
#include "lightdash/sql/where_clauses.hpp"
#include "lightdash/sql/with_clauses.hpp"

#include <initializer_list>

namespace lightdash::sql {

// Without a condition every row goes; an empty group of conditions throws error_kind::internal.
class remove : public modification,
               public executable<remove>,
               public with_clauses<remove>,
               public where_clauses<remove>,
               public returning_clause<remove> {
public:
    // "sessions", "sessions as s", only("t")
    explicit remove(const reference& table);

    template <class... Tables>
    remove& using_tables(const Tables&... tables)
    {
        static_assert(sizeof...(Tables) != 0, "using_tables() names at least one table");
        return set_using({tables...});
    }
    remove& with_schema(std::string_view schema);

    enum class clause : unsigned char { with, using_tables, where, returning, comment };
    remove& clear(clause which);

private:
    remove& set_using(std::initializer_list<reference> tables);
};

} // namespace lightdash::sql
