// db slow: the statements that take most, from pg_stat_statements.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/core/describe.hpp"
#include "lightdash/pg/session.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lightdash::ops {

enum class slow_order : unsigned char { total, mean, calls, io };
LIGHTDASH_DESCRIBE_ENUM(slow_order, total, mean, calls, io)

struct slow_statement {
    std::string query; // constants are $1, $2, …
    std::int64_t calls = 0;
    double total_ms = 0, mean_ms = 0;
    double share = 0; // of the time of all statements of this database, 0 to 1
    std::int64_t rows = 0;
    std::int64_t blocks_hit = 0, blocks_read = 0; // of 8 kB, found in shared buffers and not
};
LIGHTDASH_DESCRIBE(slow_statement, query, calls, total_ms, mean_ms, share, rows, blocks_hit, blocks_read)

// What is known of an extension in this database.
struct extension_state {
    bool installed = false;             // CREATE EXTENSION was run here
    std::optional<std::string> schema;  // where
    bool available = false;             // its files are on the server
    std::optional<std::string> preload; // shared_preload_libraries; empty when the role may not see it
};
LIGHTDASH_DESCRIBE(extension_state, installed, schema, available, preload)

// One row each: extension_state of $1.
const pg::statement& extension_statement();

// Pure: what to do, in order, until pg_stat_statements can be asked; nothing when it can.
std::vector<std::string> steps_to_statistics(const extension_state& state);

struct slow_report {
    std::vector<std::string> steps; // when it cannot be asked
    std::vector<slow_statement> statements;
};
LIGHTDASH_DESCRIBE(slow_report, steps, statements)

// Of the database of the session, at most `limit`, those that take most first.
task<slow_report> read_slow(pg::session& db, slow_order by, std::int64_t limit);

} // namespace lightdash::ops
