// Whether this process may be sent traffic, known without asking: probes read memory, a task asks the database.
#pragma once

#include "app/server/probes/schema_warnings.hpp"
#include "lightdash/async/task.hpp"
#include "lightdash/async/timer_wheel.hpp"
#include "lightdash/migrate/migrator.hpp"
#include "lightdash/pg/database.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace lightdash::app {

class readiness {
public:
    // `migrated`: this server applies what is pending, here or in another of its processes.
    readiness(pg::database& db, timer_wheel& clocks, const migrate::registry& known, bool migrated);

    // Asks the database once a second (four times when not ready) until the coroutine is cancelled.
    task<void> watch();
    // Asks once, now.
    task<void> refresh();

    // From now on: not ready, draining.
    void begin_drain() noexcept { draining_ = true; }

    // "" when ready, else why not: draining, db_unavailable, pool_exhausted, schema_pending.
    std::string_view reason() const;
    // Every migration this program needs is applied; once true it stays true.
    bool schema_ready() const noexcept { return schema_ready_; }
    // The first one that is missing.
    const std::string& missing_migration() const noexcept { return missing_migration_; }
    // Nobody can log in yet: there is no organization.
    bool requires_registration() const noexcept { return requires_registration_; }

private:
    task<void> look_at_schema(deadline until);
    task<void> look_for_organization(deadline until);

    pg::database& db_;
    timer_wheel& clocks_;
    const migrate::registry& known_;
    schema_warnings warnings_;
    bool draining_ = false;
    bool schema_ready_ = false;
    bool requires_registration_ = true;
    bool exhausted_ = false;
    std::string missing_migration_;
    deadline answered_until_ = deadline::at({}); // a pooled connection answered, and this answer still counts
};

} // namespace lightdash::app
