// Applies and reverts migrations, each in its own transaction together with its history row.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/async/timer_wheel.hpp"
#include "lightdash/core/deadline.hpp"
#include "lightdash/migrate/lock.hpp"
#include "lightdash/migrate/migrate_error.hpp"
#include "lightdash/migrate/migration.hpp"
#include "lightdash/migrate/plan.hpp"
#include "lightdash/pg/database.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <limits>
#include <span>
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
    std::chrono::milliseconds lock_wait{60'000}; // for another migrator
    // For the lock of a table, in moments that hold up nobody, and for that of a row; five tries. A migration that sets
    // lock_timeout itself waits as it says.
    std::chrono::milliseconds lock_timeout{5'000};
    std::function<void(const progress&)> on_step; // must not throw
    // Whatever else a person should know while it goes on, a line each: who holds up whom, what is tried again, what an
    // interruption left, what the server says while a statement runs (NOTICE and WARNING, with its place). Must not
    // throw.
    std::function<void(const std::string&)> on_note;
    lock_kind lock = lock_kind::advisory;
    bool strict = false;          // plan.hpp
    bool session_settings = true; // false behind a pooler that shares sessions
};

inline constexpr std::size_t all_of_them = std::numeric_limits<std::size_t>::max();

struct up_goal {
    std::size_t steps = all_of_them;
    std::string to = {};          // the last one to apply, as registry::resolve() names it; empty: all
    bool one_transaction = false; // all or nothing
};

// The first part of a plan that the goal wants.
std::vector<const migration*> limited_to(std::vector<const migration*> plan, const up_goal& goal);

struct down_goal {
    std::size_t steps = 1;
    std::string to = {}; // the newest that stays, as registry::resolve() names it; steps does not count then
    bool batch = false;  // those that were applied together with the last one; likewise
};

// What down() would revert, newest first, as far as nothing stands in its way.
std::vector<std::string> reverted_by(std::span<const applied_migration> history, const down_goal& goal);

// Any number of migrators, in one process or many, may work on one database at once: each migration is applied once.
// What is to be done is planned under their lock, and the lock ends with its owner's connection.
//
// Migrations with transaction:off are written down as begun, then statement by statement, and finished by the next up()
// after a crash: those statements that PostgreSQL takes inside a transaction are counted in it; an index that was left
// invalid is dropped and built again. They need a second connection of the pool.
//
// Everything throws migrate_error, except error_kind::cancelled. A coroutine that is cancelled leaves its transaction
// to the pool, which rolls it back.
class migrator {
public:
    // `known` must outlive it.
    migrator(pg::database& db, timer_wheel& clocks, const registry& known, migrator_options options);

    // Finishes what was interrupted, then applies what is pending up to the goal; returns how many this call applied.
    task<std::size_t> up(up_goal goal, deadline until);
    task<std::size_t> up(deadline until) { return up(up_goal{}, until); }
    // Reverts what was applied last, newest first; returns how many.
    task<std::size_t> down(down_goal goal, deadline until);
    task<std::size_t> down(std::size_t steps, deadline until) { return down(down_goal{.steps = steps}, until); }
    // All three work on a database that was never migrated, and create nothing.
    task<std::vector<status_row>> status(deadline until);
    task<std::vector<applied_migration>> history(deadline until);
    // The names this program has and the database has not; empty when the schema is new enough.
    task<std::vector<std::string>> pending(deadline until);
    // Writes down pending migrations up to the goal as applied, without running them; returns their names.
    task<std::vector<std::string>> baseline(up_goal goal, deadline until);

private:
    struct run;
    struct step;
    task<std::size_t> repeat(run& call);
    task<void> complete_history(run& call);
    task<bool> do_next(run& call);
    task<step> try_next(run& call);
    task<step> run_next(pg::transaction& tx, run& call);
    task<step> run_all(pg::transaction& tx, run& call, const std::vector<const migration*>& plan);
    const migration* next_down(const std::vector<applied_migration>& rows, run& call) const;

    pg::database& db_;
    timer_wheel& clocks_;
    const registry& known_;
    migrator_options options_;
};

} // namespace lightdash::migrate
