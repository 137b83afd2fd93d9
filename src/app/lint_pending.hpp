// The linter with what the database says: which migrations are pending, and how large its tables are.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/core/deadline.hpp"
#include "lightdash/migrate/lint.hpp"
#include "lightdash/pg/database.hpp"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace lightdash::app {

// Estimated rows by table, as lint_options wants them. Tables that were never analysed are left out.
task<std::map<std::string, std::int64_t>> estimated_rows(pg::database& db, deadline until);

// Throws migrate_error (exit_code::lint) when one of the pending migrations (by name) is not safe on this database and
// neither a comment nor `allowed` says that it may be.
task<void> refuse_unsafe_pending(pg::database& db, const migrate::registry& known, std::vector<std::string> pending,
                                 std::set<std::string> allowed, deadline until);

} // namespace lightdash::app
