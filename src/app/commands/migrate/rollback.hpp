// What `rollback-last` and `rollback-all` have in common.
#pragma once

#include "app/cli/answer.hpp"
#include "app/commands/migrate/migration_flags.hpp"
#include "app/terminal/confirm.hpp"
#include "app/terminal/step_lines.hpp"
#include "lightdash/migrate/migrator.hpp"

namespace lightdash::app {

struct reverting {
    migrate::down_goal goal; // `to` as it was given
    bool ask_when_all_goes;
    const typed_name& name;
};

// Each step is told on stderr as it happens.
answer<steps> revert_migrations(const invocation& call, const migration_flags& flags, reverting what);

// There is nothing to show that was not told.
inline void show_nothing(const steps&, const invocation&) {}

} // namespace lightdash::app
