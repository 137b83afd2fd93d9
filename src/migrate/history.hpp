// The table lightdash_migrations: which migrations a database has had.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/migrate/plan.hpp"
#include "lightdash/pg/session.hpp"

#include <chrono>
#include <string_view>
#include <vector>

namespace lightdash::migrate::history {

// In the order of application; empty when the table does not exist. Creates nothing.
task<std::vector<applied_migration>> read(pg::session& db);

// Creates the table if it does not exist. The caller holds the migrators' lock.
task<void> prepare(pg::session& db);

// Migrations applied since `run_began` by anybody share one batch: migrators that run at once make one batch together.
task<void> record(pg::session& db, const migration& applied, std::chrono::milliseconds took, std::string_view version,
                  pg::timestamptz run_began);

task<void> forget(pg::session& db, std::string_view name);

} // namespace lightdash::migrate::history
