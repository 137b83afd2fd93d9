// db cancel and db kill: which sessions may be ended, and the ending of exactly those that were shown.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/core/describe.hpp"
#include "lightdash/ops/inspect/activity.hpp"
#include "lightdash/pg/session.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lightdash::ops {

enum class signal_kind : unsigned char {
    cancel, // ends the query; the session stays
    kill,   // ends the session
};

// What is spared unless the operator says otherwise.
struct signal_rules {
    bool idle_in_transaction = false; // may be killed too
    bool own = false;                 // sessions of this program too
};

enum class spared_because : unsigned char {
    nothing, // it may be ended
    background,
    replication,
    hidden,
    own,
    idle,
    idle_in_transaction,
    no_query, // there is nothing to cancel in a transaction that idles
};
LIGHTDASH_DESCRIBE_ENUM(spared_because, nothing, background, replication, hidden, own, idle, idle_in_transaction,
                        no_query)

spared_because judge(const activity_row& session, signal_kind kind, const signal_rules& rules);
// One sentence for the operator: why it is spared, and what would change that.
std::string explain(const activity_row& session, spared_because reason);

struct spared_session {
    activity_row session;
    spared_because reason = spared_because::nothing;
};

struct signal_selection {
    std::vector<activity_row> targets;
    std::vector<spared_session> spared;
    std::vector<std::int32_t> unknown; // pids that no session has
};

// `sessions` are all of them (activity_filter::all).
signal_selection select_pids(const std::vector<activity_row>& sessions, const std::vector<std::int32_t>& pids,
                             signal_kind kind, const signal_rules& rules);
// Sessions that idle are not old, and are not listed as spared: only those that would have been ended.
signal_selection select_older(const std::vector<activity_row>& sessions, std::chrono::milliseconds age,
                              signal_kind kind, const signal_rules& rules);

enum class signal_result : unsigned char {
    signalled, // PostgreSQL was told to end it
    gone,      // ended by itself, or does something else than what was shown
    refused,   // the role may not
};
LIGHTDASH_DESCRIBE_ENUM(signal_result, signalled, gone, refused)

struct signal_outcome {
    std::int32_t pid = 0;
    signal_result result = signal_result::gone;
    std::string reason; // PostgreSQL's words when refused, with the grant that helps
};
LIGHTDASH_DESCRIBE(signal_outcome, pid, result, reason)

// Signals each target only while it still is in the state that was shown. One statement per target, each its own
// transaction: a refusal of one leaves the others. `db` must not be a transaction.
task<std::vector<signal_outcome>> signal_sessions(pg::session& db, std::vector<activity_row> targets, signal_kind kind);

// Of those, the ones that still are there and do the same.
task<std::vector<std::int32_t>> still_there(pg::session& db, std::vector<activity_row> targets);

} // namespace lightdash::ops
