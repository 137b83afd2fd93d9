// db describe TABLE: columns, indexes, foreign keys both ways, checks, triggers, policies, size and comment.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/core/describe.hpp"
#include "lightdash/pg/session.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lightdash::ops {

struct table_head {
    std::string schema, name;
    std::string kind; // "table", "partitioned table", "view", "materialized view", "foreign table"
    std::string owner;
    std::optional<std::string> comment;
    std::int64_t rows = 0; // estimated; of a partitioned table those of its partitions, as are the sizes
    std::int64_t table_bytes = 0, index_bytes = 0, total_bytes = 0;
    bool row_security = false;
    std::optional<std::string> partition_key;
    std::optional<std::string> part_of; // "partition of public.days FOR VALUES …", "inherits public.base"
    std::int64_t parts = 0;             // partitions, or tables that inherit
    std::optional<std::string> server;  // of a foreign table
};
LIGHTDASH_DESCRIBE(table_head, schema, name, kind, owner, comment, rows, table_bytes, index_bytes, total_bytes,
                   row_security, partition_key, part_of, parts, server)

struct column_row {
    std::string name, type;
    bool nullable = true;
    std::optional<std::string> fallback; // the default, identity or generated expression
    std::optional<std::string> comment;
};
LIGHTDASH_DESCRIBE(column_row, name, type, nullable, fallback, comment)

struct described_index {
    std::string name, definition;
    bool is_primary = false, is_unique = false, is_valid = true;
    std::int64_t bytes = 0, scans = 0;
};
LIGHTDASH_DESCRIBE(described_index, name, definition, is_primary, is_unique, is_valid, bytes, scans)

struct constraint_row {
    std::string name, definition;
    std::string table_name; // "schema.table" that has it
};
LIGHTDASH_DESCRIBE(constraint_row, name, definition, table_name)

struct named_definition {
    std::string name, definition;
};
LIGHTDASH_DESCRIBE(named_definition, name, definition)

struct table_description {
    table_head table;
    std::vector<column_row> columns;
    std::vector<described_index> indexes;
    std::vector<constraint_row> references;    // foreign keys of this table
    std::vector<constraint_row> referenced_by; // of others (and itself) to it
    std::vector<constraint_row> checks;
    std::vector<named_definition> triggers;
    std::vector<named_definition> policies;
};
LIGHTDASH_DESCRIBE(table_description, table, columns, indexes, references, referenced_by, checks, triggers, policies)

// `name` as people type it: users, public.users, "My Table", My Table. Without a schema, that of the role and public
// come before others; else the name must be unambiguous. Throws not_found naming near matches, invalid_parameter naming
// the candidates.
task<table_description> describe_table(pg::session& db, std::string name);

// Pure: one part of a dotted name, as typed without its quotes, and as PostgreSQL folds it (the same when quoted).
struct name_part {
    std::string exact, folded;
    friend bool operator==(const name_part&, const name_part&) = default;
};
std::vector<name_part> name_parts(std::string_view typed);

} // namespace lightdash::ops
