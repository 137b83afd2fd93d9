// db suggest: indexes that would make a statement at least ten times cheaper, each proven by planning the statement
// with it (hypopg: hypothetical indexes, https://github.com/HypoPG/hypopg).
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/core/deadline.hpp"
#include "lightdash/core/describe.hpp"
#include "lightdash/ops/inspect/plan.hpp"
#include "lightdash/ops/inspect/slow.hpp"
#include "lightdash/pg/database.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace lightdash::ops {

// An index that might help: of one table, its columns in order.
struct index_candidate {
    std::string schema, table_name;
    std::vector<std::string> columns;
    friend auto operator<=>(const index_candidate&, const index_candidate&) = default;
};

// "CREATE INDEX [CONCURRENTLY ]ON …".
std::string create_statement(const index_candidate& candidate, bool concurrently);

// Pure: what the conditions of a verbose plan (EXPLAIN VERBOSE names columns with their alias) ask of tables that are
// read row by row: columns compared for equality first, then one for a range or the order. At most `most`, those with
// fewer columns first.
std::vector<index_candidate> candidates_of(const query_plan& plan, std::size_t most = 16);

struct index_suggestion {
    std::string schema, table_name;
    std::vector<std::string> columns;
    std::string statement;  // to make it
    std::int64_t bytes = 0; // estimated by hypopg
    // Of the query that gains most.
    double cost_before = 0, cost_after = 0;
    std::vector<std::string> queries; // every query that gains tenfold
};
LIGHTDASH_DESCRIBE(index_suggestion, schema, table_name, columns, statement, bytes, cost_before, cost_after, queries)

struct suggest_report {
    std::vector<std::string> steps; // until hypopg (and, without a query of one's own, pg_stat_statements) can be asked
    std::int64_t queries = 0;       // looked at
    std::int64_t skipped = 0;       // that could not be planned: other schema, missing rights, not a query
    std::vector<index_suggestion> suggestions;
};
LIGHTDASH_DESCRIBE(suggest_report, steps, queries, skipped, suggestions)

struct suggest_request {
    std::vector<std::string> queries; // empty: those that take most time, from pg_stat_statements
    std::int64_t most_queries = 20;
    double least_gain = 10;  // times
    bool own_server = false; // the extensions it needs may be borrowed for the time that it looks
};

// Changes nothing: read-only (on a server of our own: rolled back), hypothetical indexes exist in its own session
// alone. A query that cannot be planned is skipped, unless it is the only one asked for: then PostgreSQL's refusal is
// thrown.
task<suggest_report> suggest_indexes(pg::database& db, suggest_request request, deadline until);

} // namespace lightdash::ops
