// db explain: PostgreSQL's plan of one statement, measured or not, without leaving a trace.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/core/deadline.hpp"
#include "lightdash/pg/database.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace lightdash::ops {

struct explain_request {
    std::string sql; // one SELECT, INSERT, UPDATE, DELETE, MERGE or VALUES, WITH included
    bool analyze = false;
    bool verbose = false; // names with schema, outputs
    // Of $1, $2, …: texts that PostgreSQL reads as the type it needs; nullopt is NULL. Empty although the statement has
    // parameters: its generic plan, which holds for any values and cannot be measured.
    std::vector<std::optional<std::string>> parameters;
    std::chrono::milliseconds limit{10'000}; // statement_timeout
};

struct explained {
    std::string json;     // as EXPLAIN (FORMAT JSON) gives it
    bool generic = false; // planned without the parameters' values
};

// In a transaction that is always rolled back: read-only unless measured. What no rollback undoes (sequences, the
// outside effects of functions) stays undone only when nothing is measured. Throws usage when the number of parameters
// is wrong or a generic plan is to be measured, and PostgreSQL's refusal naming line and column of the statement.
task<explained> explain_statement(pg::database& db, explain_request request, deadline until);

// The same within a transaction of the caller's; leaves no prepared statement behind unless it throws.
task<explained> explain_within(pg::session& db, explain_request request);

// Pure: `text` as people have it at hand, maybe with EXPLAIN [ANALYZE] [VERBOSE] or EXPLAIN (options) before the
// statement. Sets the request's sql, analyze and verbose; what else EXPLAIN can be asked for is not of the plan itself.
// Blanks stand for what is taken off: places stay what they are.
void take_explain_off(explain_request& request, std::string text);

// Pure: whether it begins like a statement that has a plan, with more behind the first word: no name of a file.
bool is_a_statement(std::string_view text);

// Where a 1-based character of a text is: "line 2, column 7".
std::string place_of(std::string_view text, int position);

} // namespace lightdash::ops
