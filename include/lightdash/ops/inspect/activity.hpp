// db activity: who does what on the server, for how long, and who holds whom up.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/core/describe.hpp"
#include "lightdash/pg/session.hpp"
#include "lightdash/pg/types.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lightdash::ops {

// One session of pg_stat_activity (PostgreSQL manual, "Monitoring Database Activity").
struct activity_row {
    std::int32_t pid = 0;
    std::optional<std::string> username, database;
    std::string application;
    std::optional<std::string> client; // address; "local" on a Unix socket
    std::string kind;                  // "client backend", "autovacuum worker", …; "" when hidden
    std::string state;                 // "active", "idle in transaction", …; "" for background workers and when hidden
    // In its present state: of the query while it runs, else since it became idle.
    std::optional<double> seconds;
    std::optional<double> transaction_seconds;
    std::optional<std::string> wait_type, wait_event;
    std::vector<std::int32_t> blocked_by; // pids; 0 is a prepared transaction
    std::string query;                    // the running one, or the last
    bool own = false;                     // of this program: its pools and commands
    bool hidden = false;                  // the role may not see what it does
    std::optional<pg::timestamptz> backend_start, state_change;
};
LIGHTDASH_DESCRIBE(activity_row, pid, username, database, application, client, kind, state, seconds,
                   transaction_seconds, wait_type, wait_event, blocked_by, query, own, hidden, backend_start,
                   state_change)

struct activity_filter {
    bool all = false; // idle sessions and background workers too
    std::chrono::milliseconds at_least{0};
};

// Sessions of other roles whose state and query `role` may not see.
struct hidden_sessions {
    std::int64_t count = 0;
    std::string role;
};
LIGHTDASH_DESCRIBE(hidden_sessions, count, role)

// Answers one hidden_sessions.
const pg::statement& hidden_sessions_statement();
// "" when nothing is hidden, else one sentence with the grant that shows it.
std::string hint(const hidden_sessions& hidden);

struct activity_report {
    std::vector<activity_row> sessions; // longest first, without the one that asks
    hidden_sessions hidden;
};
LIGHTDASH_DESCRIBE(activity_report, sessions, hidden)

task<activity_report> read_activity(pg::session& db, activity_filter filter);

} // namespace lightdash::ops
