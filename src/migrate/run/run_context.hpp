// What the parts of one migrator's call share, and the parts: the locked transaction, migrations inside it, migrations
// without one.
#pragma once

#include "lightdash/migrate/migrator.hpp"
#include "lightdash/pg/transaction.hpp"
#include "migrate/history/history.hpp"
#include "migrate/text/statement_notices.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace lightdash::migrate {

struct run_context {
    pg::database& db;
    timer_wheel& clocks;
    const registry& known;
    const migrator_options& options;
    deadline until;
    deadline lock_until; // for the migrators' lock: waiting for all of the call's migrations together
    std::optional<pg::timestamptz> began = {}; // the call, by the server's clock
    bool had_lock = false;                     // in the current try
    history::table history = {};               // as the transaction that has the lock sees it
    std::string lock_table = {};               // of lock_kind::table, with its schema
    statement_notices notices{options.on_note};

    // Of the transactions that run statements of files.
    pg::transaction_options for_files() { return {.prepared = false, .notices = &notices}; }

    history::circumstances circumstances() const { return {known.program_version(), *began}; }
    void note(const std::string& text) const
    {
        if (options.on_note)
            options.on_note(text);
    }
};

// A transaction that holds the migrators' lock, with the limits of migrations set. Tells who has the lock while it
// waits. Throws migrate_error (exit_code::locked) when it was not had in time.
task<pg::transaction> begin_locked(run_context& call);

// Rolls back now rather than by the pool later: the lock must be free when the caller goes on. Does nothing when
// `failure` is a cancellation, because then nothing can be waited for.
task<void> roll_back_after(pg::transaction& tx, const std::exception_ptr& failure);

// The statements of a migration inside the transaction. Throws statement_failure().
task<void> run_in_transaction(run_context& call, pg::transaction& tx, const migration& what, bool up);

// Readies the transaction that holds the lock for a long wait: it gives its snapshot up.
task<void> release_snapshot(pg::transaction& tx);

// A migration without a transaction, the rest of it when the history has it as `half_done`. The caller's transaction
// holds the lock, and still.
task<void> run_without_transaction(run_context& call, const migration& what, bool up,
                                   const applied_migration* half_done);

// One of a migration's statements as it is sent: what it selects is thrown away, whatever its types.
pg::statement statement_of(const migration& what, const std::vector<migration_statement>& statements, std::size_t i);

// The settings that bound a migration, as name and value; the lock's waits last at most `lock_timeout`.
void add_limits(pg::statement_batch& statements, const run_context& call, bool local);

} // namespace lightdash::migrate
