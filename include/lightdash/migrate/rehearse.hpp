// Runs everything pending in one transaction, rolls it back, and says what it would have cost.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/core/deadline.hpp"
#include "lightdash/migrate/migrator.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace lightdash::migrate {

struct rehearsed_lock {
    std::string table; // "schema.name"
    std::string mode;  // "ACCESS EXCLUSIVE"
    // Other sessions that waited for it while this statement ran: a count of what happened, sampled every 50 ms and at
    // its end, on the database as busy as it was then.
    std::size_t waiting = 0;
};

struct rehearsed_statement {
    std::string migration;
    std::string place; // "file:line"
    std::string text;  // of a change in C++: what it is
    std::chrono::duration<double, std::milli> took{0};
    std::vector<rehearsed_lock> locks; // the strongest on each table that the transaction holds since this statement
};

struct rehearsal {
    std::vector<rehearsed_statement> statements;
    // With transaction:off, or with what no rollback takes back (statement_effects.hpp). What comes after may depend on
    // them.
    std::vector<std::string> not_rehearsed;
};

// Takes real locks while it runs, each waited for at most options.lock_timeout, and the migrators' lock. Throws what a
// migration would. Changes nothing: sequences alone may have moved on.
task<rehearsal> rehearse(pg::database& db, timer_wheel& clocks, const registry& known, up_goal goal,
                         migrator_options options, deadline until);

} // namespace lightdash::migrate
