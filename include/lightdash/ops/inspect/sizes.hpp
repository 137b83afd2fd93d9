// db sizes: what each table takes on disk, and how much of it is dead.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/core/describe.hpp"
#include "lightdash/pg/session.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lightdash::ops {

// All sizes in bytes; rows are PostgreSQL's estimates.
struct table_size {
    std::string schema, name;
    std::int64_t table_bytes = 0; // without TOAST; free space and visibility maps included
    std::int64_t toast_bytes = 0; // its index included
    std::int64_t index_bytes = 0;
    std::int64_t total_bytes = 0;
    std::int64_t rows = 0;
    std::int64_t dead_rows = 0;
    std::optional<std::string> partition_of; // "schema.name"
};
LIGHTDASH_DESCRIBE(table_size, schema, name, table_bytes, toast_bytes, index_bytes, total_bytes, rows, dead_rows,
                   partition_of)

// Tables and materialized views, largest first; `all`: PostgreSQL's own catalogs too.
task<std::vector<table_size>> read_sizes(pg::session& db, bool all);

} // namespace lightdash::ops
