// How long a statement of a migration waits for a lock.
//
// Whoever waits for a strong lock makes everybody wait who comes later, even for a weak one. So a statement that
// changes the schema waits only a moment, gives up what it holds, and tries again until lock_timeout is over. Rows are
// another matter: nobody queues behind who waits for a row, and who has waited keeps his place, so that statements that
// change rows wait out lock_timeout at once.
#pragma once

#include "migrate/run/blockers.hpp"
#include "migrate/run/run_context.hpp"

#include <chrono>
#include <exception>
#include <vector>

namespace lightdash::migrate {

// False for a migration that sets lock_timeout itself: it knows better.
bool retries_locks(const std::vector<migration_statement>& statements);

// The lock_timeout of the next try.
std::chrono::milliseconds lock_timeout_for(const run_context& call, const migration_statement& next,
                                           const blocker_report& blockers);

// Parameter: milliseconds, as text. For the transaction.
const pg::statement& set_lock_timeout();

// Between two tries: 150 to 450 ms.
std::chrono::milliseconds pause_between_tries();

bool is_lock_timeout(const std::exception_ptr& failure);

} // namespace lightdash::migrate
