// Taking the migrators' lock, inside a transaction of the migrator's.
#pragma once

#include "lightdash/migrate/lock.hpp"
#include "lightdash/pg/transaction.hpp"

namespace lightdash::migrate {

// What lock_kind::table needs; nothing to do for the other. Harmless when many do it at once.
task<void> prepare_lock(pg::database& db, lock_kind kind, deadline until);

// Adds the attempt to a flight; afterwards lock_taken() says whether the transaction has the lock now. Never waits.
pg::flight::ticket add_lock_attempt(pg::flight& statements, lock_kind kind);
bool lock_taken(const pg::flight& statements, pg::flight::ticket attempt);

} // namespace lightdash::migrate
