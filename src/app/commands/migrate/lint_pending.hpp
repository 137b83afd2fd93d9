// The linter with what the database says: which migrations are pending, and how large its tables are.
#pragma once

#include "app/cli/command.hpp"
#include "lightdash/async/task.hpp"
#include "lightdash/async/timer_wheel.hpp"
#include "lightdash/core/deadline.hpp"
#include "lightdash/migrate/lint.hpp"
#include "lightdash/migrate/migrator.hpp"
#include "lightdash/pg/database.hpp"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace lightdash::app {

// Estimated rows by table, as lint_options wants them. Tables that were never analysed are left out.
task<std::map<std::string, std::int64_t>> estimated_rows(pg::database& db, deadline until);

// --allow-unsafe=RULE of the commands that migrate.
class allow_unsafe_flag {
public:
    void describe(option_list& are);
    std::set<std::string> rules() const; // throws error_kind::usage for a rule that does not exist

private:
    std::vector<std::string> rules_;
};

// For production: throws migrate_error (exit_code::lint) when something that `what` would apply is not safe on this
// database and neither a comment nor `allowed` says that it may be.
task<void> refuse_unsafe_pending(pg::database& db, timer_wheel& clocks, const migrate::registry& known,
                                 migrate::up_goal what, bool strict, std::set<std::string> allowed, deadline until);

} // namespace lightdash::app
