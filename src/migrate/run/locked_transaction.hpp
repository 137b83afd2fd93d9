// The transaction that holds the migrators' lock.
#pragma once

#include "migrate/run/run_context.hpp"

#include <exception>

namespace lightdash::migrate {

// A transaction that holds the migrators' lock, with the limits of migrations set. Tells who has the lock while it
// waits. Throws migrate_error (exit_code::locked) when it was not had in time.
task<pg::transaction> begin_locked(run_context& call);

// Rolls back now rather than by the pool later: the lock must be free when the caller goes on. Does nothing when
// `failure` is a cancellation, because then nothing can be waited for.
task<void> roll_back_after(pg::transaction& tx, const std::exception_ptr& failure);

// Readies the transaction that holds the lock for a long wait: it gives its snapshot up.
task<void> release_snapshot(pg::transaction& tx);

// The settings that bound a migration, as name and value; the lock's waits last at most `lock_timeout`.
void add_limits(pg::statement_batch& statements, const run_context& call, bool local);

} // namespace lightdash::migrate
