// What libpq's connection strings are made of (PostgreSQL manual, "libpq: Connection Strings" and "Environment
// Variables").
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace lightdash::pg {

struct libpq_variable {
    std::string_view name;         // PGHOST
    std::string_view keyword;      // host; empty: the environment alone can say it
    bool names_a_database = false; // whoever sets it means a server of his
};

// But for those that set what is this program's own (PGTZ, PGDATESTYLE, PGCLIENTENCODING) or a server's (PGGEQO).
std::span<const libpq_variable> libpq_variables() noexcept;
bool is_libpq_variable(std::string_view name) noexcept;

// A value as libpq's keyword strings hold it: 'it\'s'.
std::string conninfo_quoted(std::string_view text);

} // namespace lightdash::pg
