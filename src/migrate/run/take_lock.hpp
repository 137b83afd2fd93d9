// Taking the migrators' lock, inside a transaction of the migrator's.
#pragma once

#include "lightdash/migrate/lock.hpp"
#include "lightdash/pg/transaction.hpp"
#include "migrate/run/run_context.hpp"

namespace lightdash::migrate {

inline constexpr std::string_view lock_table_name = "lightdash_migrations_lock";

// What lock_kind::table needs: run_context::lock_table. Nothing to do for the other. Harmless when many do it at once.
task<void> prepare_lock(run_context& call);

// One attempt, which never waits; afterwards lock_taken() says whether the transaction has the lock now.
pg::statement lock_attempt(const run_context& call);
bool lock_taken(const pg::statement_batch& statements, pg::statement_batch::ticket attempt);

} // namespace lightdash::migrate
