// What reaches outside its database or lasts on the session, by the names that PostgreSQL's parser and catalog give it.
#pragma once

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

namespace lightdash::migrate {

struct named {
    std::string_view key;
    std::string_view what;
};

inline std::string_view look_up(std::span<const named> list, std::string_view key)
{
    const auto found = std::ranges::find(list, key, &named::key);
    return found == list.end() ? std::string_view{} : found->what;
}

inline constexpr std::array always_outside{
    named{"CreateRoleStmt", "CREATE ROLE"},
    named{"AlterRoleStmt", "ALTER ROLE"},
    named{"AlterRoleSetStmt", "ALTER ROLE … SET"},
    named{"DropRoleStmt", "DROP ROLE"},
    named{"GrantRoleStmt", "GRANT of a role"},
    named{"DropOwnedStmt", "DROP OWNED"},         // also privileges on databases and tablespaces
    named{"ReassignOwnedStmt", "REASSIGN OWNED"}, // also databases and tablespaces
    named{"AlterSystemStmt", "ALTER SYSTEM"},
    named{"CreatedbStmt", "CREATE DATABASE"},
    named{"DropdbStmt", "DROP DATABASE"},
    named{"AlterDatabaseStmt", "ALTER DATABASE"},
    named{"AlterDatabaseSetStmt", "ALTER DATABASE"},
    named{"AlterDatabaseRefreshCollStmt", "ALTER DATABASE"},
    named{"CreateTableSpaceStmt", "CREATE TABLESPACE"},
    named{"DropTableSpaceStmt", "DROP TABLESPACE"},
    named{"AlterTableSpaceOptionsStmt", "ALTER TABLESPACE"},
    named{"CreateSubscriptionStmt", "CREATE SUBSCRIPTION"},
    named{"AlterSubscriptionStmt", "ALTER SUBSCRIPTION"},
    named{"DropSubscriptionStmt", "DROP SUBSCRIPTION"},
};

// Objects of the whole cluster, as GRANT, COMMENT, SECURITY LABEL, RENAME and OWNER TO name them.
inline constexpr std::array shared_objects{
    named{"OBJECT_DATABASE", "DATABASE"},       named{"OBJECT_ROLE", "ROLE"},
    named{"OBJECT_TABLESPACE", "TABLESPACE"},   named{"OBJECT_SUBSCRIPTION", "SUBSCRIPTION"},
    named{"OBJECT_PARAMETER_ACL", "PARAMETER"},
};

struct with_kind {
    std::string_view tag;
    std::string_view member;
    std::string_view what;
};
inline constexpr std::array on_objects{
    with_kind{"GrantStmt", "objtype", "GRANT ON "},
    with_kind{"CommentStmt", "objtype", "COMMENT ON "},
    with_kind{"SecLabelStmt", "objtype", "SECURITY LABEL ON "},
    with_kind{"RenameStmt", "renameType", "ALTER "},
    with_kind{"AlterOwnerStmt", "objectType", "ALTER "},
};

// Where there is no tree: the first words say it.
inline constexpr std::array outside_objects{"ROLE",       "USER",         "GROUP", "DATABASE",
                                            "TABLESPACE", "SUBSCRIPTION", "SYSTEM"};

inline constexpr std::array shared_catalogs{
    "pg_authid",        "pg_auth_members",       "pg_database",      "pg_db_role_setting",
    "pg_parameter_acl", "pg_replication_origin", "pg_shdescription", "pg_shseclabel",
    "pg_subscription",  "pg_tablespace",
};

// Manual, 9.27 and F.12 (dblink), F.1 (adminpack): nothing that they do is taken back by a rollback.
inline constexpr std::array outside_functions{
    "pg_create_physical_replication_slot",
    "pg_create_logical_replication_slot",
    "pg_copy_physical_replication_slot",
    "pg_copy_logical_replication_slot",
    "pg_drop_replication_slot",
    "pg_replication_slot_advance",
    "pg_logical_slot_get_changes",
    "pg_logical_slot_get_binary_changes",
    "pg_replication_origin_create",
    "pg_replication_origin_drop",
    "pg_replication_origin_advance",
    "pg_reload_conf",
    "pg_rotate_logfile",
    "pg_terminate_backend",
    "pg_cancel_backend",
    "pg_promote",
    "pg_switch_wal",
    "pg_create_restore_point",
    "pg_backup_start",
    "pg_backup_stop",
    "pg_start_backup",
    "pg_stop_backup",
    "pg_wal_replay_pause",
    "pg_wal_replay_resume",
    "pg_stat_reset_shared",
    "pg_stat_reset_slru",
    "pg_stat_reset_replication_slot",
    "pg_stat_statements_reset",
    "pg_file_write",
    "pg_file_rename",
    "pg_file_unlink",
    "pg_file_sync",
    "lo_export",
    "dblink",
    "dblink_exec",
    "dblink_connect",
    "dblink_connect_u",
    "dblink_open",
    "dblink_send_query",
    "schedule_in_database",
};

inline constexpr std::array slot_functions{"pg_create_logical_replication_slot", "pg_copy_logical_replication_slot"};

// Locks of the session rather than of the transaction.
inline constexpr std::array session_locks{"pg_advisory_lock", "pg_advisory_lock_shared", "pg_try_advisory_lock",
                                          "pg_try_advisory_lock_shared"};

bool is_one_of(const auto& list, std::string_view name)
{
    return std::ranges::find(list, name, [](const char* one) { return std::string_view{one}; }) != list.end();
}

} // namespace lightdash::migrate
