// db connections: who holds how many of the server's connections.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/core/describe.hpp"
#include "lightdash/ops/inspect/activity.hpp"
#include "lightdash/pg/session.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace lightdash::ops {

struct connection_group {
    std::string application, username, database;
    std::string state; // "" when the role may not see it
    std::int64_t connections = 0;
    double longest_seconds = 0; // in that state
};
LIGHTDASH_DESCRIBE(connection_group, application, username, database, state, connections, longest_seconds)

struct connection_limits {
    std::int64_t used = 0; // by clients
    std::int64_t max_connections = 0;
    std::int64_t superuser_reserved = 0;
    std::int64_t reserved = 0; // for pg_use_reserved_connections (PostgreSQL 16)
    // What others may still open: the rest, without what is reserved.
    std::int64_t available = 0;
};
LIGHTDASH_DESCRIBE(connection_limits, used, max_connections, superuser_reserved, reserved, available)

struct connection_report {
    connection_limits limits;
    std::vector<connection_group> groups; // most connections first, the one that asks included
    hidden_sessions hidden;
};
LIGHTDASH_DESCRIBE(connection_report, limits, groups, hidden)

task<connection_report> read_connections(pg::session& db);

} // namespace lightdash::ops
