// db indexes: which indexes nothing uses, which say the same twice, which are broken, and which are missing.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/core/describe.hpp"
#include "lightdash/pg/session.hpp"
#include "lightdash/pg/types.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lightdash::ops {

// One index as the verdicts need it.
struct index_row {
    std::string schema, table_name, name;
    std::int64_t table_id = 0; // pg_class.oid
    std::int64_t index_id = 0;
    std::string method;                 // "btree", "gin", …
    std::vector<std::string> keys;      // each key column with its operator class, collation and order
    std::vector<std::int32_t> columns;  // their attribute numbers; 0 is an expression
    std::vector<std::int32_t> included; // of INCLUDE
    std::optional<std::string> predicate;
    bool is_unique = false, is_primary = false;
    bool nulls_not_distinct = false; // two NULLs are refused too
    bool immediate = true;           // false: of a deferrable key, which ON CONFLICT and foreign keys cannot use
    bool is_referenced = false;      // a foreign key of another table points to its columns
    std::optional<std::string> constraint_name; // that it backs
    bool is_valid = true, building = false;
    bool replica_identity = false;
    bool is_partition = false;   // of a partitioned index: goes with its parent
    bool is_partitioned = false; // scans and bytes are those of its partitions
    bool table_is_empty = false; // its table, partitions included, has no page: nobody has had to ask it anything
    std::int64_t scans = 0;      // since the statistics were reset
    std::int64_t bytes = 0;
    std::string definition;
};
LIGHTDASH_DESCRIBE(index_row, schema, table_name, name, table_id, index_id, method, keys, columns, included, predicate,
                   is_unique, is_primary, nulls_not_distinct, immediate, is_referenced, constraint_name, is_valid,
                   building, replica_identity, is_partition, is_partitioned, table_is_empty, scans, bytes, definition)

struct foreign_key_row {
    std::string schema, table_name, name, referenced; // "schema.table"
    std::int64_t table_id = 0;
    bool is_partitioned = false; // the table
    std::vector<std::int32_t> columns;
    std::vector<std::string> column_names;
    std::int64_t rows = 0; // of the referencing table, estimated
};
LIGHTDASH_DESCRIBE(foreign_key_row, schema, table_name, name, referenced, table_id, is_partitioned, columns,
                   column_names, rows)

struct unused_index {
    std::string schema, table_name, name;
    std::int64_t bytes = 0;
    std::string mend; // the statement that mends it
};
LIGHTDASH_DESCRIBE(unused_index, schema, table_name, name, bytes, mend)

struct duplicate_index {
    std::string schema, table_name, name;
    std::string covered_by; // the index that stays
    bool prefix = false;    // false: they say the same; true: its columns are the first of the other's
    std::int64_t bytes = 0;
    std::string mend;
};
LIGHTDASH_DESCRIBE(duplicate_index, schema, table_name, name, covered_by, prefix, bytes, mend)

struct invalid_index {
    std::string schema, table_name, name;
    bool building = false; // right now: wait for it
    std::int64_t bytes = 0;
    std::string mend;
};
LIGHTDASH_DESCRIBE(invalid_index, schema, table_name, name, building, bytes, mend)

struct missing_index {
    std::string schema, table_name, foreign_key, referenced;
    std::vector<std::string> columns;
    std::int64_t rows = 0;
    std::string mend;
};
LIGHTDASH_DESCRIBE(missing_index, schema, table_name, foreign_key, referenced, columns, rows, mend)

// Pure: what follows from the catalogs.

// Never scanned, of a table that holds rows. Not those that guard something (unique, primary, exclusion, replica
// identity), that are invalid, that belong to a partitioned index, or without which a foreign key would have none.
std::vector<unused_index> find_unused(const std::vector<index_row>& all, const std::vector<foreign_key_row>& keys);
// Of two that say the same the one stays that guards something, else the older one. What refuses other rows, or at
// another time, is not the same.
std::vector<duplicate_index> find_duplicates(const std::vector<index_row>& all);
std::vector<invalid_index> find_invalid(const std::vector<index_row>& all);
// Foreign keys whose columns, in any order, are the first of no index: deleting a referenced row reads the whole table.
std::vector<missing_index> find_missing(const std::vector<index_row>& all, const std::vector<foreign_key_row>& keys);

struct index_report {
    std::vector<unused_index> unused;
    std::vector<duplicate_index> duplicate;
    std::vector<invalid_index> invalid;
    std::vector<missing_index> missing_foreign_key;
    // Since when scans are counted; empty: since the database was made. Standbys count their own scans.
    std::optional<pg::timestamptz> statistics_since;
    bool statistics_young = false;              // less than a week: weekly and monthly jobs may not have run
    std::int64_t indexes = 0, foreign_keys = 0; // how many were looked at
    std::vector<std::string> locked;            // tables that were not, because somebody holds them against readers
};
LIGHTDASH_DESCRIBE(index_report, unused, duplicate, invalid, missing_foreign_key, statistics_since, statistics_young,
                   indexes, foreign_keys, locked)

// Of every schema but PostgreSQL's own.
task<index_report> read_indexes(pg::session& db);

} // namespace lightdash::ops
