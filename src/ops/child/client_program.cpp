#include "ops/child/client_program.hpp"

#include "lightdash/core/error.hpp"
#include "lightdash/pg/connection_target.hpp"
#include "lightdash/pg/conninfo_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <sstream>
#include <unistd.h>

namespace lightdash::ops {
namespace {

// Named like libpq's, but this program's own; the password, which is given explicitly; and the service, which the
// arguments hold resolved.
constexpr std::array<std::string_view, 6> not_handed_on{"PGCONNECTIONURI", "PGMINCONNECTIONS", "PGMAXCONNECTIONS",
                                                        "PGPASSWORD",      "PGSERVICE",        "PGSERVICEFILE"};

// Beside PG*: where libpq's files are, and what the libraries under it read.
constexpr std::array<std::string_view, 9> handed_on{"HOME",         "KRB5CCNAME",         "KRB5_CONFIG",
                                                    "KRB5_KTNAME",  "KRB5_CLIENT_KTNAME", "OPENSSL_CONF",
                                                    "SSL_CERT_DIR", "SSL_CERT_FILE",      "TMPDIR"};

bool is_for_libpq(std::string_view name)
{
    if (name.starts_with("PG"))
        return std::ranges::find(not_handed_on, name) == not_handed_on.end();
    return std::ranges::find(handed_on, name) != handed_on.end();
}

std::vector<std::string> libpq_environment()
{
    std::vector<std::string> made;
    for (char** entry = environ; entry && *entry; ++entry) {
        const std::string_view text{*entry};
        if (is_for_libpq(text.substr(0, text.find('='))))
            made.emplace_back(text);
    }
    return made;
}

} // namespace

postgres_binaries choose_client(const std::vector<postgres_binaries>& found, int server_major)
{
    const postgres_binaries* best = nullptr; // the first of its version: /usr/bin may hold a wrapper of the others
    for (const auto& one : found)            // newest first
        if (one.major >= server_major && (best == nullptr || one.major < best->major))
            best = &one;
    if (best != nullptr)
        return *best;
    const auto have =
        found.empty() ? std::string{"none is installed"}
                      : fmt::format("the newest here is {} in {}", found.front().major, found.front().folder.string());
    throw error{
        error_kind::configuration,
        fmt::format("The server is PostgreSQL {0} and needs pg_dump and pg_restore of version {0} or newer, but "
                    "{1}. Install them: apt-get install postgresql-client-{0}",
                    server_major, have)};
}

command client_command(const std::filesystem::path& program, std::vector<std::string> arguments,
                       const pg::connection_options& connection, const std::string& application_name)
{
    const auto target = pg::target_of(connection.conninfo);
    if (target.key_has_password)
        throw error{error_kind::configuration,
                    "PostgreSQL's own programs cannot be given sslpassword: use a client key without a password."};
    command made;
    made.argv = {
        program.string(), "--no-password",
        fmt::format("--dbname={} application_name={}", target.arguments, pg::conninfo_quoted(application_name))};
    made.argv.insert(made.argv.end(), std::make_move_iterator(arguments.begin()),
                     std::make_move_iterator(arguments.end()));
    made.environment = libpq_environment();
    if (!target.password.empty())
        made.environment.push_back("PGPASSWORD=" + target.password.reveal());
    return made;
}

std::string application_name(std::string_view what)
{
    return fmt::format("lightdash-{}-{}", what, ::getpid());
}

void expect_success(std::string_view program, const outcome& how, const said_line& said)
{
    if (!how.ok()) {
        const auto why = how.exit_code > 128 ? fmt::format("was ended by signal {}", how.exit_code - 128)
                                             : fmt::format("failed with exit code {}", how.exit_code);
        throw error{error_kind::internal, fmt::format("{} {}.", program, why)}.with_detail(last_words(how.output));
    }
    std::istringstream lines{how.output};
    for (std::string line; said && std::getline(lines, line);)
        if (!line.empty())
            said(line);
}

std::string last_words(const std::string& output)
{
    static constexpr std::size_t most_lines = 8;
    std::vector<std::string_view> lines;
    for (std::string_view rest = output; !rest.empty();) {
        const auto end = std::min(rest.find('\n'), rest.size());
        if (end > 0)
            lines.push_back(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    std::string text;
    for (std::size_t i = lines.size() > most_lines ? lines.size() - most_lines : 0; i < lines.size(); ++i)
        (text += text.empty() ? "" : "\n  ") += lines[i];
    return text;
}

} // namespace lightdash::ops
