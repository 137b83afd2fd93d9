// What db health judges, as PostgreSQL's catalogs and statistics tell it.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/core/describe.hpp"
#include "lightdash/pg/session.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lightdash::ops {

struct database_facts {
    std::string name;
    std::int64_t blocks_hit = 0, blocks_read = 0; // since the statistics were reset
    std::int64_t checksum_failures = 0;
    std::string shared_buffers; // "128MB"
    bool autovacuum = true;
};
LIGHTDASH_DESCRIBE(database_facts, name, blocks_hit, blocks_read, checksum_failures, shared_buffers, autovacuum)

// Ages in transactions, of the database that is oldest.
struct wraparound_facts {
    std::string database;
    std::int64_t age = 0, multixact_age = 0;
    std::int64_t freeze_max_age = 200'000'000; // autovacuum_freeze_max_age: when PostgreSQL vacuums by itself
    std::optional<std::string> oldest_table;   // of that database; only known from within
};
LIGHTDASH_DESCRIBE(wraparound_facts, database, age, multixact_age, freeze_max_age, oldest_table)

struct dead_rows_facts {
    std::string table_name; // "schema.table", quoted where it must be
    std::int64_t live = 0, dead = 0;
    std::optional<double> vacuumed_days_ago;
};
LIGHTDASH_DESCRIBE(dead_rows_facts, table_name, live, dead, vacuumed_days_ago)

// Estimated from the average width of the rows in pg_stats.
struct bloat_facts {
    std::string table_name;
    std::int64_t bytes = 0, wasted_bytes = 0;
};
LIGHTDASH_DESCRIBE(bloat_facts, table_name, bytes, wasted_bytes)

struct sequence_facts {
    std::string name; // "schema.sequence"
    double used = 0;  // of what its own type and its column's type allow, 0 to 1
    std::string type;
    std::optional<std::string> column; // "schema.table.column" that it fills
    std::optional<std::string> column_table, column_name;
};
LIGHTDASH_DESCRIBE(sequence_facts, name, used, type, column, column_table, column_name)

struct replication_facts {
    bool standby = false;                 // this server replays another's
    std::optional<double> behind_seconds; // of a standby: age of the last replayed; 0: nothing is left to replay
    bool hidden = false;                  // the role may not see the standbys
};
LIGHTDASH_DESCRIBE(replication_facts, standby, behind_seconds, hidden)

struct standby_facts {
    std::string application, client, state;
    std::int64_t lag_bytes = 0;
    std::optional<double> lag_seconds;
};
LIGHTDASH_DESCRIBE(standby_facts, application, client, state, lag_bytes, lag_seconds)

struct slot_facts {
    std::string name;
    bool active = false;
    std::string wal_status; // "reserved", "extended", "unreserved", "lost"
    std::int64_t retained_bytes = 0;
};
LIGHTDASH_DESCRIBE(slot_facts, name, active, wal_status, retained_bytes)

// What the role may not read, and what is therefore not judged.
struct unread_facts {
    std::string role;
    std::int64_t sequences = 0;
    std::int64_t tables = 0; // of more than 10 MB
};
LIGHTDASH_DESCRIBE(unread_facts, role, sequences, tables)

struct health_facts {
    database_facts database;
    wraparound_facts wraparound;
    std::vector<dead_rows_facts> dead_rows;
    std::vector<bloat_facts> bloat;
    std::vector<sequence_facts> sequences; // more than half used
    replication_facts replication;
    std::vector<standby_facts> standbys;
    std::vector<slot_facts> slots;
    unread_facts unread;
};

task<health_facts> read_health_facts(pg::session& db);

} // namespace lightdash::ops
