// What `rollback-last` and `rollback-all` have in common.
#pragma once

#include "app/commands/migrate/migration_flags.hpp"
#include "app/terminal/confirm.hpp"
#include "lightdash/migrate/migrator.hpp"

namespace lightdash::app {

struct reverting {
    migrate::down_goal goal; // `to` as it was given
    bool ask_when_all_goes;
    const typed_name& name;
};

// Returns the exit code; with --json the steps are printed as an array.
int revert_migrations(const invocation& call, const migration_flags& flags, reverting what);

} // namespace lightdash::app
