#include "lightdash/pg/sqlstate.hpp"

#include "pg/connection/connect_messages.hpp"

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
constexpr std::string_view refused_now = "The database server could not begin a session.";
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
constexpr std::string_view not_accepting =
    "The database named in DATABASE_URL accepts no connections: somebody has forbidden them, for all roles.";
constexpr std::string_view bad_setting =
    "The database server does not take a setting that the session is to begin with: correct it in the options of "
    "DATABASE_URL or its service, or in PGOPTIONS.";
constexpr std::string_view setting_not_allowed =
    "This program's role may not make a setting that the session is to begin with: take it out of the options of "
    "DATABASE_URL or its service, or of PGOPTIONS.";
constexpr std::string_view pooler_parameter =
    "What answers at DATABASE_URL is a connection pooler that does not take a parameter of the session's start.";
constexpr std::string_view refused = "The database server refused the connection.";
constexpr std::string_view no_tls = "The database server does not offer TLS, but sslmode in DATABASE_URL asks for it: "
                                    "enable ssl there, or change sslmode.";
constexpr std::string_view bad_tls =
    "The TLS connection to the database could not be trusted or made: check certificates, sslmode and sslrootcert.";
constexpr std::string_view bad_conninfo = "DATABASE_URL cannot be understood: check its spelling.";

struct meaning {
    error_kind kind;
    std::string_view message;
    seconds retry_after = none;
};
constexpr meaning passes(std::string_view message, seconds after = soon)
{
    return {error_kind::database_unavailable, message, after};
}
constexpr meaning stays(std::string_view message)
{
    return {error_kind::configuration, message, none};
}

// How the server refuses: a SQLSTATE or a class of them, told apart where one stands for several things by the server's
// function that said it, or by words of a program that speaks English only. The first that fits counts.
struct refusal {
    std::string_view sqlstate;
    std::string_view routine;
    std::string_view words;
    meaning means;
};
constexpr meaning no_slot{error_kind::resource_exhausted, full, later};
constexpr std::array refusals{
    refusal{"53300", "", "", no_slot},
    refusal{"57P03", "", "", passes(starting)},
    refusal{"57P01", "", "", passes(starting)},
    refusal{"57P02", "", "", passes(starting)},
    refusal{"28P01", "", "", stays(wrong_password)},
    refusal{"28000", "InitializeSessionUserId", "", stays(no_role)}, // utils/init/miscinit.c
    refusal{"28000", "", "role \"*\" does not exist", stays(no_role)},
    refusal{"28000", "", "is not permitted to log in", stays(no_role)},
    refusal{"28000", "", "no pg_hba.conf entry*no encryption", stays(tls_required)},
    refusal{"28000", "", "no pg_hba.conf entry*SSL off", stays(tls_required)}, // PostgreSQL 13
    refusal{"28", "", "", stays(no_entry)},
    refusal{"3D000", "", "", stays(no_database)},
    refusal{"42501", "CheckMyDatabase", "", stays(no_privilege)}, // utils/init/postinit.c
    refusal{"42501", "", "permission denied for database", stays(no_privilege)},
    refusal{"42501", "", "", stays(setting_not_allowed)},
    refusal{"55000", "", "", stays(not_accepting)},
    refusal{"22", "", "", stays(bad_setting)},
    refusal{"42", "", "", stays(bad_setting)}, // 42704: there is no such setting
    refusal{"55P02", "", "", stays(bad_setting)},
    // PgBouncer says nearly everything with one state (client.c, janitor.c).
    refusal{"08P01", "", "unsupported startup parameter", stays(pooler_parameter)},
    refusal{"08P01", "", "no such database", stays(no_database)},
    refusal{"08P01", "", "no such user", stays(no_role)},
    refusal{"08P01", "", "authentication failed", stays(wrong_password)},
    refusal{"08P01", "", "auth failed", stays(wrong_password)},
    refusal{"08P01", "", "SSL required", stays(tls_required)},
    refusal{"08P01", "", "no more connections allowed", no_slot},
    refusal{"08", "", "", passes(refused_now)},
    refusal{"53", "", "", passes(refused_now)},
    refusal{"57", "", "", passes(refused_now)},
    refusal{"58", "", "", passes(refused_now)},
    refusal{"XX", "", "", passes(refused_now)},
    refusal{"", "", "", stays(refused)},
};

// What libpq says itself, and an English server when libpq was not told to show states.
struct told {
    std::string_view text;
    meaning means;
};
constexpr std::array texts{
    told{"too many clients", no_slot},
    told{"too many connections", no_slot},
    told{"remaining connection slots are reserved", no_slot},
    told{"the database system is ", passes(starting)},
    told{"terminating connection", passes(starting)},
    told{"session is read-only", {error_kind::read_only, standby, soon}},
    told{"server is in hot standby mode", {error_kind::read_only, standby, soon}},
    told{"onnection refused", passes(unreachable)},
    told{"Is the server running", passes(unreachable)},
    told{"timeout expired", passes(unreachable)},
    told{"timed out", passes(unreachable)},
    told{"server closed the connection", passes(unreachable)},
    told{"password authentication failed", stays(wrong_password)},
    told{"no password supplied", stays(wrong_password)},
    told{"no pg_hba.conf entry*no encryption", stays(tls_required)},
    told{"no pg_hba.conf entry*SSL off", stays(tls_required)}, // PostgreSQL 13
    told{"no pg_hba.conf entry", stays(no_entry)},
    told{"pg_hba.conf rejects", stays(no_entry)},
    told{"database \"*\" does not exist", stays(no_database)},
    told{"role \"*\" does not exist", stays(no_role)},
    told{"is not permitted to log in", stays(no_role)},
    told{"permission denied for database", stays(no_privilege)},
    told{"server does not support SSL", stays(no_tls)},
    told{"SSL error", stays(bad_tls)},
    told{"certificate", stays(bad_tls)},
    told{"invalid connection option", stays(bad_conninfo)},
    told{"invalid URI", stays(bad_conninfo)},
    told{"URI query parameter", stays(bad_conninfo)},
    told{"percent-encoded", stays(bad_conninfo)},
    told{"in connection info string", stays(bad_conninfo)},
    told{"could not match ", stays(bad_conninfo)}, // as many ports as hosts
    told{"invalid port number", stays(bad_conninfo)},
    told{"invalid integer value", stays(bad_conninfo)},
    told{"invalid * value: \"", stays(bad_conninfo)}, // invalid sslmode value: "…"
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
    named_fault{not_accepting, connect_fault::not_accepting},
    named_fault{bad_setting, connect_fault::bad_setting},
    named_fault{setting_not_allowed, connect_fault::setting_not_allowed},
    named_fault{pooler_parameter, connect_fault::pooler_parameter},
    named_fault{refused, connect_fault::refused},
    named_fault{refused_now, connect_fault::refused},
    named_fault{no_tls, connect_fault::no_tls},
    named_fault{bad_tls, connect_fault::untrusted_tls},
    named_fault{bad_conninfo, connect_fault::bad_url},
    named_fault{connect_message::unreadable, connect_fault::bad_url},
    named_fault{connect_message::unknown_parameter, connect_fault::bad_url},
    named_fault{connect_message::unresolved, connect_fault::bad_service},
    named_fault{connect_message::at_in_host, connect_fault::at_in_password},
    named_fault{connect_message::unknown_host, connect_fault::unknown_host},
};
constexpr meaning unknown = passes(unreachable);

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

// What was said of one address.
struct saying {
    std::string_view sqlstate; // empty: libpq said it
    std::string_view text;     // with its details
    std::string_view routine;
};

// In verbose form the server's lines read "FATAL:  53300: sorry, …", whatever their language. `at`: where the line's
// words begin.
std::string_view sqlstate_in(std::string_view line)
{
    static constexpr std::string_view before = ":  ";
    for (auto at = line.find(before); at != std::string_view::npos; at = line.find(before, at + 1)) {
        const auto rest = line.substr(at + before.size());
        if (is_code(rest.substr(0, 5)) && rest.substr(5).starts_with(": "))
            return rest.substr(0, 5);
    }
    return {};
}

// "LOCATION:  CheckMyDatabase, postinit.c:379"
std::string_view routine_in(std::string_view line)
{
    const auto file = line.rfind(".c:");
    const auto comma = line.rfind(", ", file);
    const auto begin = line.rfind(' ', comma - 1);
    if (file == std::string_view::npos || comma == std::string_view::npos || begin == std::string_view::npos)
        return {};
    return line.substr(begin + 1, comma - begin - 1);
}

std::vector<saying> sayings_in(std::string_view text)
{
    std::vector<saying> found;
    while (!text.empty()) {
        const auto line = text.substr(0, text.find('\n'));
        const bool begins = found.empty() || line.starts_with("connection to server ");
        const auto sqlstate = sqlstate_in(line);
        if (begins || !sqlstate.empty())
            found.push_back({sqlstate, line, {}});
        else
            found.back().text = {found.back().text.data(),
                                 static_cast<std::size_t>(line.data() + line.size() - found.back().text.data())};
        if (const auto routine = routine_in(line); !routine.empty())
            found.back().routine = routine;
        text.remove_prefix(std::min(line.size() + 1, text.size()));
    }
    return found;
}

const meaning& meaning_of(const saying& one)
{
    if (one.sqlstate.empty()) {
        const auto found = std::ranges::find_if(texts, [&](const told& t) { return holds(one.text, t.text); });
        return found == texts.end() ? unknown : found->means;
    }
    const auto fits = [&](const refusal& r) {
        return one.sqlstate.starts_with(r.sqlstate) && (r.routine.empty() || r.routine == one.routine) &&
               holds(one.text, r.words);
    };
    return std::ranges::find_if(refusals, fits)->means;
}

// Of several failures those count that pass by themselves, because then asking again helps: the fullest server first.
int rank_of(const meaning& what)
{
    static constexpr std::array passing{full, starting, refused_now, standby, unreachable};
    return static_cast<int>(std::ranges::find(passing, what.message) - passing.begin());
}

const meaning& meaning_of(const std::vector<saying>& all, connect_scope tried)
{
    const meaning* best = &unknown;
    bool any = false;
    for (const auto& one : all) {
        const auto& means = meaning_of(one);
        const bool answered = means.message != unreachable;
        const bool best_answered = any && best->message != unreachable;
        const bool better = tried == connect_scope::one_server && answered != best_answered
                                ? answered
                                : rank_of(means) < rank_of(*best);
        if (!any || better)
            best = &means;
        any = true;
    }
    return *best;
}

// A password with unescaped signs ends up in what libpq takes for a host, a port or a keyword, and libpq quotes those.
// A text about DATABASE_URL itself keeps only its first words; elsewhere every quoted piece that may be the rest of a
// URL is hidden.
std::string masked(std::string_view text, bool about_conninfo)
{
    static constexpr std::string_view hidden = "***";
    if (about_conninfo)
        return std::string{text.substr(0, text.find('"'))}.append(text.find('"') == std::string_view::npos ? ""
                                                                                                           : hidden);
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

// Where in the server's source a text stands tells people nothing.
std::string without_locations(std::string_view text)
{
    std::string made;
    while (!text.empty()) {
        const auto line = text.substr(0, std::min(text.find('\n'), text.size() - 1) + 1);
        if (routine_in(line).empty())
            made += line;
        text.remove_prefix(line.size());
    }
    return made;
}

} // namespace

error make_connect_error(std::string libpq_text, connect_scope tried)
{
    const auto all = sayings_in(libpq_text);
    const auto& found = meaning_of(all, tried);
    error made{found.kind, std::string{found.message}};
    if (found.retry_after > none)
        made = made.with_retry_after(found.retry_after);
    auto detail = masked(without_locations(libpq_text), found.message == bad_conninfo);
    const auto coded =
        std::ranges::find_if(all.rbegin(), all.rend(), [](const saying& s) { return !s.sqlstate.empty(); });
    if (coded != all.rend()) {
        database_diagnostics said;
        said.sqlstate = coded->sqlstate;
        said.routine = coded->routine;
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
