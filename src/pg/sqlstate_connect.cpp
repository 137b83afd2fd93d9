#include "lightdash/pg/sqlstate.hpp"

#include "pg/connect_messages.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace lightdash::pg {
namespace {

using std::chrono::seconds;

constexpr seconds none{0};
constexpr seconds soon{1};
constexpr seconds later{2};

constexpr std::string_view full = "The database server has no free connections.";
constexpr std::string_view starting = "The database is starting, stopping or recovering.";
constexpr std::string_view unreachable = "The database server cannot be reached.";
constexpr std::string_view standby = "No database server that takes writes could be found.";
constexpr std::string_view wrong_password =
    "The database refused the password of this program's role: check the password in DATABASE_URL.";
constexpr std::string_view no_entry = "The database server has no rule that lets this program in: check pg_hba.conf "
                                      "there, and host, role and sslmode in DATABASE_URL.";
constexpr std::string_view tls_required =
    "The database server lets this program in over TLS only, or not at all: ask for TLS with sslmode in DATABASE_URL.";
constexpr std::string_view no_database =
    "The database named in DATABASE_URL does not exist on the server: create it, or correct the name.";
constexpr std::string_view no_role =
    "The role named in DATABASE_URL does not exist or may not log in: create it, or correct the name.";
constexpr std::string_view no_privilege = "This program's role may not connect to the database: GRANT CONNECT to it.";
constexpr std::string_view no_tls = "The database server does not offer TLS, but sslmode in DATABASE_URL asks for it: "
                                    "enable ssl there, or change sslmode.";
constexpr std::string_view bad_tls =
    "The TLS connection to the database could not be trusted or made: check certificates, sslmode and sslrootcert.";
constexpr std::string_view bad_conninfo = "DATABASE_URL cannot be understood: check its spelling.";

// One way to fail: told by the SQLSTATE, or by a text of libpq or of an English server.
struct failure {
    std::string_view sqlstate;
    std::string_view text;
    error_kind kind;
    std::string_view message;
    seconds retry_after = none;
};

// With several servers the text holds several failures: those that pass by themselves come first, because then asking
// again helps.
constexpr std::array failures{
    failure{"53300", "too many clients", error_kind::resource_exhausted, full, later},
    failure{"53300", "too many connections", error_kind::resource_exhausted, full, later},
    failure{"53300", "remaining connection slots are reserved", error_kind::resource_exhausted, full, later},
    failure{"57P03", "the database system is ", error_kind::database_unavailable, starting, soon},
    failure{"57P01", "terminating connection", error_kind::database_unavailable, starting, soon},
    failure{"", "session is read-only", error_kind::read_only, standby, soon},
    failure{"", "server is in hot standby mode", error_kind::read_only, standby, soon},
    failure{"", "onnection refused", error_kind::database_unavailable, unreachable, soon},
    failure{"", "Is the server running", error_kind::database_unavailable, unreachable, soon},
    failure{"", "timeout expired", error_kind::database_unavailable, unreachable, soon},
    failure{"", "timed out", error_kind::database_unavailable, unreachable, soon},
    failure{"", "server closed the connection", error_kind::database_unavailable, unreachable, soon},
    failure{"28P01", "password authentication failed", error_kind::configuration, wrong_password},
    failure{"", "no password supplied", error_kind::configuration, wrong_password},
    failure{"", "no pg_hba.conf entry*no encryption", error_kind::configuration, tls_required},
    failure{"", "no pg_hba.conf entry*SSL off", error_kind::configuration, tls_required}, // PostgreSQL 13
    failure{"", "no pg_hba.conf entry", error_kind::configuration, no_entry},
    failure{"", "pg_hba.conf rejects", error_kind::configuration, no_entry},
    failure{"3D000", "database \"*\" does not exist", error_kind::configuration, no_database},
    failure{"", "role \"*\" does not exist", error_kind::configuration, no_role},
    failure{"", "is not permitted to log in", error_kind::configuration, no_role},
    failure{"42501", "permission denied for database", error_kind::configuration, no_privilege},
    failure{"28000", "authentication failed", error_kind::configuration, no_entry},
    failure{"", "server does not support SSL", error_kind::configuration, no_tls},
    failure{"", "SSL error", error_kind::configuration, bad_tls},
    failure{"", "certificate", error_kind::configuration, bad_tls},
    failure{"", "invalid connection option", error_kind::configuration, bad_conninfo},
    failure{"", "invalid URI", error_kind::configuration, bad_conninfo},
    failure{"", "URI query parameter", error_kind::configuration, bad_conninfo},
    failure{"", "percent-encoded", error_kind::configuration, bad_conninfo},
    failure{"", "in connection info string", error_kind::configuration, bad_conninfo},
    failure{"", "invalid port number", error_kind::configuration, bad_conninfo},
    failure{"", "invalid integer value", error_kind::configuration, bad_conninfo},
    failure{"", "invalid * value: \"", error_kind::configuration, bad_conninfo}, // invalid sslmode value: "…"
};
struct named_fault {
    std::string_view message;
    connect_fault fault;
};
constexpr std::array named_faults{
    named_fault{full, connect_fault::no_slot},
    named_fault{starting, connect_fault::starting},
    named_fault{standby, connect_fault::no_writer},
    named_fault{unreachable, connect_fault::unreachable},
    named_fault{wrong_password, connect_fault::wrong_password},
    named_fault{no_entry, connect_fault::no_entry},
    named_fault{tls_required, connect_fault::tls_required},
    named_fault{no_database, connect_fault::no_database},
    named_fault{no_role, connect_fault::no_role},
    named_fault{no_privilege, connect_fault::no_privilege},
    named_fault{no_tls, connect_fault::no_tls},
    named_fault{bad_tls, connect_fault::untrusted_tls},
    named_fault{bad_conninfo, connect_fault::bad_url},
    named_fault{connect_message::unreadable, connect_fault::bad_url},
    named_fault{connect_message::unresolved, connect_fault::bad_service},
    named_fault{connect_message::at_in_host, connect_fault::at_in_password},
    named_fault{connect_message::unknown_host, connect_fault::unknown_host},
};
constexpr failure unknown{"", "", error_kind::database_unavailable, unreachable, soon};

// `pattern` may hold one '*', for any characters of one line.
bool holds(std::string_view text, std::string_view pattern)
{
    const auto star = pattern.find('*');
    if (star == std::string_view::npos)
        return text.find(pattern) != std::string_view::npos;
    const auto head = pattern.substr(0, star);
    const auto tail = pattern.substr(star + 1);
    for (auto at = text.find(head); at != std::string_view::npos; at = text.find(head, at + 1)) {
        const auto line = text.substr(at, text.find('\n', at) - at);
        if (line.find(tail, head.size()) != std::string_view::npos)
            return true;
    }
    return false;
}

bool is_code(std::string_view text)
{
    return text.size() == 5 &&
           std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); });
}

// In verbose form the server's lines read "FATAL:  53300: sorry, …", whatever their language.
std::vector<std::string_view> sqlstates_in(std::string_view text)
{
    static constexpr std::string_view before = ":  ";
    std::vector<std::string_view> found;
    for (auto at = text.find(before); at != std::string_view::npos; at = text.find(before, at + 1)) {
        const auto rest = text.substr(at + before.size());
        if (is_code(rest.substr(0, 5)) && rest.substr(5).starts_with(": "))
            found.push_back(rest.substr(0, 5));
    }
    return found;
}

const failure& failure_of(std::string_view text, const std::vector<std::string_view>& codes, connect_scope tried)
{
    const auto fits = [&](const failure& f) {
        return holds(text, f.text) || (!f.sqlstate.empty() && std::ranges::find(codes, f.sqlstate) != codes.end());
    };
    const auto answered = [&](const failure& f) { return f.message != unreachable && fits(f); };
    auto found = failures.end();
    if (tried == connect_scope::one_server)
        found = std::ranges::find_if(failures, answered);
    if (found == failures.end())
        found = std::ranges::find_if(failures, fits);
    return found == failures.end() ? unknown : *found;
}

// A password with unescaped signs ends up in what libpq takes for a host, a port or a keyword, and libpq quotes those.
// A text about DATABASE_URL itself keeps only its first words; elsewhere every quoted piece that may be the rest of a
// URL is hidden.
std::string masked(std::string_view text, bool about_conninfo)
{
    static constexpr std::string_view hidden = "***";
    if (about_conninfo)
        return std::string{text.substr(0, text.find('"'))}.append(hidden);
    if (const auto at = std::min(text.find("://"), text.find("password=")); at != std::string_view::npos)
        return std::string{text.substr(0, at)}.append(hidden);
    std::string shown;
    for (bool quoted = false; !text.empty(); quoted = !quoted) {
        const auto piece = text.substr(0, text.find('"'));
        shown += quoted && piece.find('@') != std::string_view::npos ? hidden : piece;
        text.remove_prefix(piece.size());
        if (!text.empty()) {
            shown += '"';
            text.remove_prefix(1);
        }
    }
    return shown;
}

} // namespace

error make_connect_error(std::string libpq_text, connect_scope tried)
{
    const auto codes = sqlstates_in(libpq_text);
    const auto& found = failure_of(libpq_text, codes, tried);
    error made{found.kind, std::string{found.message}};
    if (found.retry_after > none)
        made = made.with_retry_after(found.retry_after);
    auto detail = masked(libpq_text, found.message == bad_conninfo);
    if (!codes.empty()) {
        database_diagnostics said;
        said.sqlstate = codes.back();
        said.message = detail;
        made = made.with_database(std::move(said));
    }
    return made.with_detail(std::move(detail));
}

connect_fault connect_fault_of(const error& failure) noexcept
{
    const auto found = std::ranges::find_if(
        named_faults, [&](const named_fault& one) { return failure.message().find(one.message) != std::string::npos; });
    return found == named_faults.end() ? connect_fault::none : found->fault;
}

} // namespace lightdash::pg
