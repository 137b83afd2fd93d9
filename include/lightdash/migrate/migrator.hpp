// Applies and reverts migrations, each in its own transaction together with its history row.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/core/deadline.hpp"
#include "lightdash/migrate/migrate_error.hpp"
#include "lightdash/migrate/migration.hpp"
#include "lightdash/migrate/plan.hpp"
#include "lightdash/pg/database.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace lightdash::migrate {

// Told about each migration as it happens, after its transaction is committed.
struct progress {
    std::string name;
    bool up;
    std::chrono::milliseconds took; // its statements, without the wait for locks of other migrators
};

struct migrator_options {
    std::chrono::milliseconds lock_wait{60'000};   // for another migrator
    std::chrono::milliseconds lock_timeout{5'000}; // for a table's lock, five tries
    std::function<void(const progress&)> on_step;  // must not throw
};

// Any number of migrators, in one process or many, may work on one database at once: each migration is applied once.
// The lock is an advisory one of the migrating transaction, so it cannot outlive the connection, and what is to be done
// is planned again under it. A coroutine that is cancelled leaves the transaction to the pool, which rolls it back.
//
// Everything throws migrate_error, except error_kind::cancelled. A migration with transaction:off needs a second
// connection of the pool.
class migrator {
public:
    migrator(pg::database& db, timer_wheel& clocks, const registry& known, migrator_options options);

    // Applies everything pending; returns how many this call applied.
    task<std::size_t> up(deadline until);
    // Reverts the last `steps` applied migrations, newest first; returns how many there were to revert.
    task<std::size_t> down(std::size_t steps, deadline until);
    // Both work on a database that was never migrated, and create nothing.
    task<std::vector<status_row>> status(deadline until);
    // The names this program has and the database has not; empty when the schema is new enough.
    task<std::vector<std::string>> pending(deadline until);

private:
    struct run;
    struct step;
    task<std::vector<applied_migration>> applied(deadline until);
    task<bool> do_next(run& call);
    task<step> try_next(run& call);
    task<step> run_next(pg::transaction& tx, run& call);
    task<void> lock(pg::transaction& tx, run& call);
    task<void> execute(pg::session& db, const migration& what, bool up);

    pg::database& db_;
    timer_wheel& clocks_;
    const registry& known_;
    migrator_options options_;
};

} // namespace lightdash::migrate
