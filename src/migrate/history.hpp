// The table lightdash_migrations: which migrations a database has had, by whom, and how far those without a transaction
// came.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/migrate/plan.hpp"
#include "lightdash/pg/session.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace lightdash::migrate::history {

// In the order of application; empty when the table does not exist. Creates nothing, and reads the tables of older
// programs too.
task<std::vector<applied_migration>> read(pg::session& db);

// Creates the table if it does not exist, and gives the tables of older programs what they lack. The caller holds the
// migrators' lock.
task<void> prepare(pg::session& db);

// What goes into the row beside the migration itself.
struct circumstances {
    std::string version;
    pg::timestamptz run_began; // migrations applied since then by anybody share one batch
};

// Writes a migration down as applied. The table must be prepared.
task<void> record(pg::session& db, const migration& applied, std::chrono::milliseconds took, const circumstances& how);
// What others applied between the migrations of one run belongs to that run's batch: makes one batch of all that was
// applied since `run_began`.
task<void> join_batches(pg::session& db, pg::timestamptz run_began);
task<void> forget(pg::session& db, std::string_view name);

// Those without a transaction: begun, so many statements done, finished.
task<void> record_begun(pg::session& db, const migration& begun, const circumstances& how);
task<void> record_reverting(pg::session& db, std::string_view name);
task<void> record_finished(pg::session& db, std::string_view name, std::chrono::milliseconds took);
// Parameters: the name, the statements done before. Touches no row when somebody else went on meanwhile.
const pg::statement& one_step_more();

// By hand.
task<void> accept_checksum(pg::session& db, std::string_view name, std::string_view checksum);
task<void> rename(pg::session& db, std::string_view from, std::string_view to, std::string_view checksum);

} // namespace lightdash::migrate::history
