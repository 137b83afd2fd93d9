// Changes of the history by hand: repair and adopt.
#pragma once

#include "lightdash/migrate/lock.hpp"
#include "migrate/run/run_context.hpp"

#include <functional>
#include <vector>

namespace lightdash::migrate {

using history_change =
    std::function<task<void>(pg::transaction&, history::table&, const std::vector<applied_migration>&)>;

// Runs the change in one transaction under the migrators' lock, with the history as it is then, and commits. `known`
// must outlive it. Throws migrate_error, and error_kind::cancelled.
task<void> change_history(pg::database& db, timer_wheel& clocks, const registry& known, lock_kind lock, deadline until,
                          history_change change);

} // namespace lightdash::migrate
