// Migrations without a transaction.
#pragma once

#include "migrate/run/run_context.hpp"

namespace lightdash::migrate {

// A migration without a transaction, the rest of it when the history has it as `half_done`. The caller's transaction
// holds the lock, and still.
task<void> run_without_transaction(run_context& call, const migration& what, bool up,
                                   const applied_migration* half_done);

} // namespace lightdash::migrate
