// Every command of the program, in the order of --help: a family stands in front of its own. A new command is a file
// and a line here; the file, and the function in it that makes the command, are named as the command, with _ for what
// else than letters stands in its name.
#pragma once

#include "app/cli/command.hpp"

// clang-format off
#define LIGHTDASH_COMMANDS(a_command) \
    a_command(serve) \
    a_command(migrate) \
    a_command(rollback_last) \
    a_command(rollback_all) \
    a_command(migrate_status) \
    a_command(migrate_repair) \
    a_command(migrate_baseline) \
    a_command(migrate_unlock) \
    a_command(create_migration) \
    a_command(migrate_lint) \
    a_command(migrate_verify) \
    a_command(migrate_adopt) \
    a_command(seed) \
    a_command(seed_make) \
    a_command(db) \
    a_command(db_check) \
    a_command(db_wait) \
    a_command(db_create) \
    a_command(db_drop) \
    a_command(db_reset) \
    a_command(db_activity) \
    a_command(db_cancel) \
    a_command(db_kill) \
    a_command(db_locks) \
    a_command(db_connections) \
    a_command(db_health) \
    a_command(db_sizes) \
    a_command(db_indexes) \
    a_command(db_describe) \
    a_command(db_slow) \
    a_command(db_explain) \
    a_command(db_suggest) \
    a_command(db_schema) \
    a_command(backup) \
    a_command(restore) \
    a_command(doctor) \
    a_command(rotate_secret) \
    a_command(user) \
    a_command(user_create) \
    a_command(user_list) \
    a_command(user_show) \
    a_command(user_set_role) \
    a_command(user_set_password) \
    a_command(user_deactivate) \
    a_command(token) \
    a_command(token_create) \
    a_command(token_list) \
    a_command(token_rotate) \
    a_command(token_revoke) \
    a_command(config) \
    a_command(config_show) \
    a_command(completion) \
    a_command(man)
// clang-format on

namespace lightdash::app::commands {

#define LIGHTDASH_DECLARE(name) command name();
LIGHTDASH_COMMANDS(LIGHTDASH_DECLARE)
#undef LIGHTDASH_DECLARE

} // namespace lightdash::app::commands
