// PostgreSQL's client programs (pg_dump, pg_restore, psql): which one fits a server, and how it is called without a
// password in its arguments.
#pragma once

#include "lightdash/ops/backup.hpp"
#include "lightdash/pg/options.hpp"
#include "ops/child/child_process.hpp"
#include "ops/postgres/postgres_binaries.hpp"

#include <string>
#include <vector>

namespace lightdash::ops {

// The oldest installed set of client programs that knows servers of `server_major`: pg_dump refuses newer servers than
// itself. Throws error_kind::configuration that names the Debian package.
postgres_binaries choose_client(const std::vector<postgres_binaries>& found, int server_major);

// argv and environment: the password travels in PGPASSWORD; the other PG* variables of this process, HOME (.pgpass,
// .pg_service.conf, .postgresql) and what Kerberos and OpenSSL read are kept.
command client_command(const std::filesystem::path& program, std::vector<std::string> arguments,
                       const pg::connection_options& connection, const std::string& application_name);

// "lightdash-backup-4711": by which the server tells this run's sessions.
std::string application_name(std::string_view what);

// Throws error_kind::internal with its last words unless it ended well; then hands its lines to `said`.
void expect_success(std::string_view program, const outcome& how, const said_line& said);

// The lines of its output that say what went wrong, at most eight.
std::string last_words(const std::string& output);

} // namespace lightdash::ops
