// What somebody changed by hand: the database against one that only the migrations made.
#pragma once

#include "app/cli/answer.hpp"
#include "lightdash/migrate/catalog_difference.hpp"
#include "lightdash/migrate/migration.hpp"

namespace lightdash::app {

// Runs the applied migrations on a scratch database, without what in them reaches outside of it, and finds what the
// real one has otherwise. Comparing with what the migrations make, and not with a snapshot that was stored after the
// last run, finds changes of whatever age: a snapshot would take in all that was there when it was made. The code is 5
// when there is a difference other than an order of columns. Throws migrate_error (exit_code::history) when a migration
// was applied whose file is missing, changed or newer: what it made is not known then.
answer<std::vector<migrate::catalog_difference>> find_drift(const settings& config, const migrate::registry& known);

} // namespace lightdash::app
