// The keywords and values of a connection string, as libpq reads and completes them.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace lightdash::pg {

using conninfo_settings = std::vector<std::pair<std::string, std::string>>;

// What the URL or keyword string itself says. Throws error_kind::configuration, without a piece of a password.
conninfo_settings parse_conninfo(const std::string& text);

// What libpq would connect with: the string's own values, then those of its service (or PGSERVICE's), then the PG*
// variables, then the role's name for the database (PostgreSQL manual, "Connection Service File", "Environment
// Variables"). libpq's built-in defaults are left out, and passwords of its password file. Reads the service file and
// nothing else; does not connect. Throws error_kind::configuration, for an unknown service too.
conninfo_settings resolve_conninfo(const std::string& text);

const std::string* find_setting(const conninfo_settings& all, const std::string& keyword) noexcept; // null: not there

} // namespace lightdash::pg
