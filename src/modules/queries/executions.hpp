// What is to be asked of warehouses, for those who carry it out: any number of processes, each execution by one of
// them.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/pg/session.hpp"
#include "lightdash/sql/expression.hpp"
#include "modules/queries/row_text.hpp"
#include "modules/shared/ids.hpp"
#include "modules/warehouses/service.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lightdash::queries {

// Rows of a page as they are kept: the last one of a result may have fewer.
inline constexpr std::int64_t rows_of_page = 500;

// A statement, and whom to ask.
struct execution : warehouses::stored_connection {
    result_id result;
    organization_id organization;
    std::string columns;   // JSON: result_column, in their order; none: as the rows come
    std::string arguments; // JSON: texts and nulls
    std::string statement;
    std::string timezone;
    std::int32_t row_limit;
};
LIGHTDASH_DESCRIBE_DERIVED(execution, warehouses::stored_connection, result, organization, columns, arguments,
                           statement, timezone, row_limit)

struct page {
    result_id result;
    std::int32_t number; // from 1
    std::int32_t row_count;
    std::string_view rows;
};
LIGHTDASH_DESCRIBE(page, result, number, row_count, rows)

struct ending {
    result_id result;
    std::vector<result_column> columns;
    std::int64_t total_rows = 0, bytes = 0;
};

struct failing {
    result_id result;
    std::string_view why, sqlstate; // for people; five characters or none
};
LIGHTDASH_DESCRIBE(failing, result, why, sqlstate)

struct executions {
    // An owner whose heart has not beaten for this long is dead: somebody else takes what it was at.
    static constexpr std::chrono::milliseconds dead_after{1500};
    static constexpr std::string_view waiting_channel = "lightdash_queries", ended_channel = "lightdash_results";
    // For the select list of statements: those who carry out look for what there is to do; those who wait for the rows
    // of a CTE `ended` look whether it is there. Heard when the transaction is committed.
    static sql::expression told_to_runners();
    static sql::expression told_to_waiters();

    // The one that waits longest, not of one of the `busy` connections; it is `owner`'s from now on.
    static task<std::optional<execution>> claim(pg::session& db, uuid owner, const std::vector<credentials_id>& busy);
    // Is there any that waits, or that somebody is at? Another one could have to take it over.
    static task<bool> any_under_way(pg::session& db);
    // Says that `owner` lives, and which are still its own: others were cancelled, or taken from it.
    static task<std::vector<result_id>> beat(pg::session& db, uuid owner);
    // False: it is not `owner`'s any more.
    static task<bool> append(pg::session& db, uuid owner, const page& rows);
    // Both tell whoever waits.
    static task<void> finish(pg::session& db, uuid owner, const ending& how);
    static task<void> fail(pg::session& db, uuid owner, const failing& how);
    // Gives back what it has not ended, for others to begin at once.
    static task<void> release(pg::session& db, uuid owner);
    // Those that nobody has begun within `patience`.
    static task<void> give_up_waiting(pg::session& db, std::chrono::seconds patience);
};

} // namespace lightdash::queries
