#include "lightdash/pg/conninfo_text.hpp"

#include <algorithm>
#include <array>

namespace lightdash::pg {
namespace {

constexpr auto variables = std::to_array<libpq_variable>({
    {"PGHOST", "host", true},
    {"PGHOSTADDR", "hostaddr", true},
    {"PGPORT", "port"},
    {"PGDATABASE", "dbname", true},
    {"PGUSER", "user"},
    {"PGPASSWORD", "password"},
    {"PGPASSFILE", "passfile"},
    {"PGSERVICE", "service", true},
    {"PGSERVICEFILE", ""},
    {"PGSYSCONFDIR", ""},
    {"PGOPTIONS", "options"},
    {"PGAPPNAME", "application_name"},
    {"PGREQUIREPEER", "requirepeer"},
    {"PGSSLMODE", "sslmode"},
    {"PGSSLCERT", "sslcert"},
    {"PGSSLKEY", "sslkey"},
    {"PGSSLROOTCERT", "sslrootcert"},
    {"PGSSLCRL", "sslcrl"},
    {"PGSSLCRLDIR", "sslcrldir"},
    {"PGSSLSNI", "sslsni"},
    {"PGSSLMINPROTOCOLVERSION", "ssl_min_protocol_version"},
    {"PGSSLMAXPROTOCOLVERSION", "ssl_max_protocol_version"},
    {"PGCHANNELBINDING", "channel_binding"},
    {"PGGSSENCMODE", "gssencmode"},
    {"PGKRBSRVNAME", "krbsrvname"},
    {"PGCONNECT_TIMEOUT", "connect_timeout"},
    {"PGTARGETSESSIONATTRS", "target_session_attrs"},
});

} // namespace

std::span<const libpq_variable> libpq_variables() noexcept
{
    return variables;
}

bool is_libpq_variable(std::string_view name) noexcept
{
    return std::ranges::find(variables, name, &libpq_variable::name) != variables.end();
}

std::string conninfo_quoted(std::string_view text)
{
    std::string quoted = "'";
    for (const char c : text) {
        if (c == '\'' || c == '\\')
            quoted += '\\';
        quoted += c;
    }
    return quoted + "'";
}

} // namespace lightdash::pg
