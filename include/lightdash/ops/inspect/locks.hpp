// db locks: who waits for whom, as trees whose roots are the sessions that hold everybody up.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/core/describe.hpp"
#include "lightdash/ops/inspect/activity.hpp"
#include "lightdash/pg/session.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lightdash::ops {

// One session that waits for one other.
struct lock_edge {
    std::int32_t waiter = 0;
    std::int32_t blocker = 0;             // 0: a prepared transaction
    std::string mode;                     // that the waiter wants: "AccessExclusiveLock"
    std::string target;                   // "public.users", "a row of public.users", "advisory lock 42", …
    std::optional<std::string> held_mode; // that the blocker holds; none: it only stands before it in the queue
    std::optional<double> seconds;        // how long the waiter waits
};
LIGHTDASH_DESCRIBE(lock_edge, waiter, blocker, mode, target, held_mode, seconds)

struct lock_session {
    std::int32_t pid = 0;
    std::string username, database, application, state, query;
    std::optional<double> seconds, transaction_seconds;
};
LIGHTDASH_DESCRIBE(lock_session, pid, username, database, application, state, query, seconds, transaction_seconds)

struct lock_node {
    lock_session session;
    std::optional<lock_edge> wait;            // for its parent; empty for a root
    std::vector<std::int32_t> also_waits_for; // blockers under which it is not drawn
    bool deadlock = false;                    // a root that waits itself: each waits for the next, round in a circle
    std::vector<lock_node> waiters;           // longest wait first
};
LIGHTDASH_DESCRIBE(lock_node, session, wait, also_waits_for, deadlock, waiters)

// Every session is drawn once: under the blocker that holds the lock rather than one that is queued for it. Roots come
// first that hold up most sessions. In a circle the longest waiter stands for the root.
std::vector<lock_node> lock_forest(const std::vector<lock_edge>& edges, const std::vector<activity_row>& sessions);

// How many sessions wait below a node.
std::size_t waiters_below(const lock_node& node);

// One line per session; `ascii` for terminals without UTF-8.
std::vector<std::string> draw_locks(const std::vector<lock_node>& forest, bool ascii);

struct lock_report {
    std::vector<lock_node> roots;
    hidden_sessions hidden;
};
LIGHTDASH_DESCRIBE(lock_report, roots, hidden)

task<lock_report> read_locks(pg::session& db);

} // namespace lightdash::ops
