// Expressions that the stores' statements share: times that may be missing, a search, a page.
#pragma once

#include "lightdash/sql/call.hpp"
#include "lightdash/sql/condition.hpp"
#include "lightdash/sql/select.hpp"

#include <initializer_list>
#include <string_view>

namespace lightdash {

// A time that old rows do not have: the API always tells one.
sql::expression or_epoch(std::string_view column);

// The beginning of the transaction as a `timestamp` that means UTC, whatever the session's zone is: the columns'
// default, which is the guide's NOW(), goes by that zone.
sql::expression now_in_utc();

// One of the columns matches the search_pattern() that is given as the open parameter "pattern", a std::string; "%"
// keeps the rows in which they are all NULL, too.
sql::condition matches_pattern(std::initializer_list<sql::reference> columns);

// What a column is set to in an update: the open parameter, or what it is when that is NULL.
template <class T>
sql::expression or_as_it_is(std::string_view column)
{
    return sql::call("coalesce", sql::param<T>(), sql::ref(column));
}

// The same for one that NULL is a value of: two open parameters, whether it changes and what to.
template <class T>
sql::expression if_changed(std::string_view column)
{
    return sql::raw("case when ? then ? else ?? end", sql::param<bool>(), sql::param<T>(), column);
}

// An open parameter whose value PostgreSQL's planner does not see (unseen.hpp): `(select $1)`.
template <class T>
sql::select unseen()
{
    return sql::select(sql::param<T>());
}

// For modify(): the page's size and offset as open parameters, std::int64_t each, behind all others.
void paged(sql::select& query);

} // namespace lightdash
