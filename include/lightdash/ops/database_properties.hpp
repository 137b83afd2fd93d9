// What a database is beside its content: encoding, locale, owner, grants, settings. pg_dump writes it with --create
// only.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/core/describe.hpp"
#include "lightdash/pg/session.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lightdash::ops {

struct database_setting {
    std::optional<std::string> role; // none: for everybody
    std::string name, value;         // as pg_db_role_setting has them

    friend bool operator==(const database_setting&, const database_setting&) = default;
};
LIGHTDASH_DESCRIBE(database_setting, role, name, value)

struct database_grant {
    std::optional<std::string> role; // none: PUBLIC
    std::string privilege;
    bool grantable;

    friend bool operator==(const database_grant&, const database_grant&) = default;
};
LIGHTDASH_DESCRIBE(database_grant, role, privilege, grantable)

struct database_properties {
    std::string encoding;
    std::string provider; // libc, icu or builtin
    std::string collate, ctype;
    std::optional<std::string> locale, icu_rules; // of icu and builtin
    std::string owner, tablespace;
    std::optional<std::string> comment;
    std::int32_t connection_limit = -1; // -1: none
    bool is_template = false;
    std::optional<std::vector<database_grant>> grants; // none: PostgreSQL's own defaults
    std::vector<database_setting> settings;
};
LIGHTDASH_DESCRIBE(database_properties, encoding, provider, collate, ctype, locale, icu_rules, owner, tablespace,
                   comment, connection_limit, is_template, grants, settings)

// Throws no_rows when there is no such database.
task<database_properties> properties_of(pg::session& db, std::string database);

// CREATE DATABASE with that encoding, locale and, when wanted, tablespace; the connected role owns it.
// `server_version` as in server_version_num.
std::string create_database_text(const std::string& name, const database_properties& like, int server_version,
                                 bool in_its_tablespace);

// One statement that gives a database one of its properties.
struct property_step {
    std::string text;
    std::string what; // "the setting work_mem = 64MB of the role ada"
};
// The connection limit and the template flag come last.
std::vector<property_step> property_steps(const std::string& name, const database_properties& wanted,
                                          bool change_owner = true);
// `all`, of another encoding and locale.
database_properties with_locale_of(database_properties all, const database_properties& other);
// Without grants and settings of single roles: for another server, which has other roles.
database_properties without_roles(database_properties all);

// Of `wanted` what `has` leaves at PostgreSQL's default: comment, limit, template flag, grants, settings. All else as
// `has` has it.
database_properties lacking(const database_properties& has, const database_properties& wanted);
// `has` and that.
database_properties filled(database_properties has, const database_properties& wanted);
// "the owner ada, not bob": where `has` differs from what the backup had.
std::vector<std::string> property_differences(const database_properties& has, const database_properties& wanted);

} // namespace lightdash::ops
