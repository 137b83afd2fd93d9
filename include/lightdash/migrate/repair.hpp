// Makes a history agree with the files again, when a person has seen that it may.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/core/deadline.hpp"
#include "lightdash/migrate/lock.hpp"
#include "lightdash/migrate/migration.hpp"
#include "lightdash/migrate/plan.hpp"
#include "lightdash/pg/database.hpp"

#include <span>
#include <string>
#include <vector>

namespace lightdash::migrate {

struct repair_action {
    enum class kind : unsigned char {
        accept, // the file was edited: its new checksum is taken
        follow, // the file was renamed: same text or same number, under another name
        forget, // the file is gone: so is its row; what the migration did stays
    };
    kind what;
    std::string name;
    std::string new_name; // of follow
    std::string checksum; // of accept and follow
    std::string next;     // of accept and follow, when it is half done: a phrase about what is left to run

    // "002_add_email: accept the edited file" …
    std::string text() const;
    friend bool operator==(const repair_action&, const repair_action&) = default;
};

// What would have to be done, in the order of the history. Pure. What a newer program applied is left alone.
std::vector<repair_action> plan_repair(const registry& known, std::span<const applied_migration> history);

// Does it, in one transaction under the migrators' lock. Throws migrate_error (exit_code::history) when the history is
// another one by now.
task<void> repair(pg::database& db, timer_wheel& clocks, const registry& known,
                  const std::vector<repair_action>& actions, lock_kind lock, deadline until);

} // namespace lightdash::migrate
