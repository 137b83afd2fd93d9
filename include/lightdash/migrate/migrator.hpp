// Applies and reverts migrations, each in its own transaction together with its history row.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/core/deadline.hpp"
#include "lightdash/migrate/migration.hpp"
#include "lightdash/pg/database.hpp"

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace lightdash::migrate {

enum class migration_state : unsigned char { applied, pending, missing, changed };

struct status_row {
    std::string name;
    migration_state state;
    std::string applied_at; // RFC 3339, empty when pending
    std::int64_t batch = 0;
    std::chrono::milliseconds took{0};
};

// Told about each migration as it happens.
struct progress {
    std::string name;
    bool up;
    std::chrono::milliseconds took;
};

struct migrator_options {
    std::chrono::milliseconds lock_wait{60'000};   // for another migrator; then error with exit code 4
    std::chrono::milliseconds lock_timeout{5'000}; // for table locks, five tries
    std::function<void(const progress&)> on_step;
};

// Exit codes of design/interface.md follow from what is thrown: migrate_error::code().
class migrator {
public:
    migrator(pg::database& db, timer_wheel& clocks, const registry& known, migrator_options options);

    // Applies everything pending; returns how many. The lock dies with its connection.
    task<std::size_t> up(deadline until);
    // Reverts the last `steps` applied migrations, newest first.
    task<std::size_t> down(std::size_t steps, deadline until);
    task<std::vector<status_row>> status(deadline until);
    // The names this program has and the database has not; empty when the schema is new enough. Works when never migrated.
    task<std::vector<std::string>> pending(deadline until);

private:
    pg::database& db_;
    timer_wheel& clocks_;
    const registry& known_;
    migrator_options options_;
};

} // namespace lightdash::migrate
