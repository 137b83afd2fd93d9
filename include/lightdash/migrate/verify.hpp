// Proves on a scratch database that each way down undoes its way up.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/async/timer_wheel.hpp"
#include "lightdash/core/deadline.hpp"
#include "lightdash/core/describe.hpp"
#include "lightdash/migrate/catalog_difference.hpp"
#include "lightdash/migrate/inside_only.hpp"
#include "lightdash/migrate/migration.hpp"
#include "lightdash/pg/database.hpp"

#include <functional>
#include <string>
#include <vector>

namespace lightdash::migrate {

// The catalog in one snapshot of its own.
task<catalog> read_catalog(pg::database& db, deadline until);

struct verified_migration {
    std::string name;
    bool reversible = true;                     // false: only the way up was run
    std::vector<catalog_difference> after_down; // against the catalog before the way up
    std::vector<catalog_difference> after_up;   // the second way up against the first
    std::vector<std::string> left_out;          // what was not run, a sentence each (inside_only.hpp)

    // The order of columns does not count: PostgreSQL can add a column only at the end.
    bool exact() const noexcept;
};
LIGHTDASH_DESCRIBE(verified_migration, name, reversible, after_down, after_up, left_out)

// For each migration in order: up, catalog, down, compare, up again, compare. `scratch` must be an empty database of
// nobody else; its tables hold no rows. Statements that reach outside of it are left out. `on_step` is told of each
// migration as it is done, and must not throw. Throws migrate_error when a statement is refused, which ends the check:
// exit_code::failed, and exit_code::history when it is the second way up, so that the way down is to blame.
task<std::vector<verified_migration>> verify(pg::database& scratch, timer_wheel& clocks, const registry& known,
                                             std::function<void(const verified_migration&)> on_step, deadline until);

} // namespace lightdash::migrate
