// The table lightdash_migrations: which migrations a database has had, by whom, and how far those without a transaction
// came.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/migrate/plan.hpp"
#include "lightdash/pg/session.hpp"
#include "migrate/history/migrator_table.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lightdash::migrate::history {

// What goes into the row beside the migration itself.
struct circumstances {
    std::string version;
    pg::timestamptz run_began; // migrations applied since then by anybody share one batch
};

// The table of one database. It is named with its schema in every statement, so that no search path that a migration
// sets leads past it.
class table {
public:
    // Looks where it is, and creates nothing. Throws as find_migrator_table().
    static task<table> find(pg::session& db);

    // With its schema; empty when the database has none yet.
    std::string name() const { return where_ ? where_->name : std::string{}; }

    // In the order of application; empty when the table does not exist. Reads the tables of older programs too.
    task<std::vector<applied_migration>> read(pg::session& db) const;

    // It lacks columns that this program has added. False when there is no table.
    task<bool> is_of_older_program(pg::session& db) const;

    // Creates the table if it does not exist, gives the tables of older programs what they lack, and finds it again
    // when a migration moved it. The caller holds the migrators' lock. Throws migrate_error (exit_code::failed) when a
    // migration of this transaction dropped it.
    task<void> prepare(pg::session& db);

    // The rest needs a prepared table.

    // Writes a migration down as applied.
    task<void> record(pg::session& db, const migration& applied, std::chrono::milliseconds took,
                      const circumstances& how) const;
    // What others applied between the migrations of one run belongs to that run's batch: makes one batch of all that
    // was applied since `run_began`.
    task<void> join_batches(pg::session& db, pg::timestamptz run_began) const;
    task<void> forget(pg::session& db, std::string_view name) const;

    // Those without a transaction: begun, so many statements done, finished. `statements` are those to run, in order,
    // as statement_id() names them.
    task<void> record_begun(pg::session& db, const migration& begun, const std::vector<std::string>& statements,
                            const circumstances& how) const;
    task<void> record_reverting(pg::session& db, std::string_view name,
                                const std::vector<std::string>& statements) const;
    // The file was changed since it was begun: other statements are to run after those that are done.
    task<void> record_resumed(pg::session& db, std::string_view name, const std::vector<std::string>& statements) const;
    task<void> record_finished(pg::session& db, std::string_view name, std::chrono::milliseconds took) const;
    // Parameters: the name, the statements done before. Fails with division_by_zero when somebody else went on
    // meanwhile.
    pg::statement one_step_more() const;

    // By hand.
    task<void> accept_checksum(pg::session& db, std::string_view name, std::string_view checksum) const;
    task<void> rename(pg::session& db, std::string_view from, std::string_view to, std::string_view checksum) const;

private:
    // The text with the table's name in the place of {}.
    pg::statement on_it(std::string_view name, std::string_view text) const;
    task<void> insert(pg::session& db, const migration& what, std::chrono::milliseconds took, const circumstances& how,
                      std::string_view state, const std::vector<std::string>& statements) const;

    std::optional<migrator_table> where_;
};

} // namespace lightdash::migrate::history
