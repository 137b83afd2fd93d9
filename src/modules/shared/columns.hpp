// Expressions that the stores' statements share: times that may be missing, a free slug, a search, a page.
#pragma once

#include "lightdash/api/paging.hpp"
#include "lightdash/core/describe.hpp"
#include "lightdash/sql/call.hpp"
#include "lightdash/sql/condition.hpp"
#include "lightdash/sql/select.hpp"

#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace lightdash {

// A time that old rows do not have: the API always tells one.
sql::expression or_epoch(std::string_view column);

// The beginning of the transaction as a `timestamp` that means UTC, whatever the session's zone is: the columns'
// default, which is the guide's NOW(), goes by that zone.
sql::expression now_in_utc();

// The members "slug" and "other_slug" of a statement (slug.hpp), and its project_id: the first, or the other where the
// project has one of that name in the table. Two at the same moment meet in the unique index: see race.hpp.
sql::expression free_slug(std::string_view table);

// What most lists are asked for: their query parameters.
struct list_query {
    api::page_request page;
    api::search search;
};
LIGHTDASH_DESCRIBE(list_query, page, search)

// The same as matches_pattern() and paged() take it. It borrows the pattern.
struct listing {
    std::string_view pattern;
    std::int64_t size, first;

    listing(const api::page_request& page, const api::search& wanted)
        : pattern(wanted.pattern), size(page.size), first(page.offset())
    {}
};
LIGHTDASH_DESCRIBE(listing, pattern, size, first)

// One of the columns matches the listing's pattern; "%" keeps the rows in which they are all NULL, too.
sql::condition matches_pattern(std::initializer_list<sql::reference> columns);

// What a column is set to in an update: the parameter, or what it is when that is NULL.
template <class T>
sql::expression or_as_it_is(std::string_view column, std::string_view parameter)
{
    return sql::call("coalesce", sql::param<T>(parameter), sql::ref(column));
}

// An open parameter whose value PostgreSQL's planner does not see: `(select $1)`. A page's size, a list's length:
// seeing such a value, it finds a plan for just this one cheaper than its plan for all values (PostgreSQL manual,
// PREPARE, "Notes"), and plans at every execution. That took a third of a page's time in the database, and more than
// writing a dashboard with its tiles did.
template <class T>
sql::select unseen(std::string_view parameter)
{
    return sql::select(sql::param<T>(parameter));
}

// For modify(): the listing's page.
void paged(sql::select& query);

} // namespace lightdash
