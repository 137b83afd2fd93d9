#include "pg/sqlstate/connect_error.hpp"

#include "pg/wire/connect_text.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace lightdash::pg {
namespace {

using std::chrono::seconds;

constexpr seconds none{0};
constexpr seconds try_soon{1};
constexpr seconds try_later{2};

struct fault_meaning {
    connect_fault fault;
    error_kind kind;
    std::string_view message;
    seconds retry_after = none;
};
constexpr fault_meaning passes(connect_fault fault, std::string_view message)
{
    return {fault, error_kind::database_unavailable, message, try_soon};
}
constexpr fault_meaning stays(connect_fault fault, std::string_view message)
{
    return {fault, error_kind::configuration, message, none};
}

constexpr fault_meaning no_slot{connect_fault::no_slot, error_kind::resource_exhausted,
                                "The database server has no free connections.", try_later};
constexpr fault_meaning starting = passes(connect_fault::starting, "The database is starting, stopping or recovering.");
constexpr fault_meaning unreachable = passes(connect_fault::unreachable, "The database server cannot be reached.");
constexpr fault_meaning refused_now = passes(connect_fault::refused, "The database server could not begin a session.");
constexpr fault_meaning no_writer{connect_fault::no_writer, error_kind::read_only,
                                  "No database server that takes writes could be found.", try_soon};
constexpr fault_meaning wrong_password =
    stays(connect_fault::wrong_password,
          "The database refused the password of this program's role: check the password in DATABASE_URL.");
constexpr fault_meaning no_entry =
    stays(connect_fault::no_entry, "The database server has no rule that lets this program in: check pg_hba.conf "
                                   "there, and host, role and sslmode in DATABASE_URL.");
constexpr fault_meaning tls_required = stays(
    connect_fault::tls_required,
    "The database server lets this program in over TLS only, or not at all: ask for TLS with sslmode in DATABASE_URL.");
constexpr fault_meaning no_database =
    stays(connect_fault::no_database,
          "The database named in DATABASE_URL does not exist on the server: create it, or correct the name.");
constexpr fault_meaning no_role =
    stays(connect_fault::no_role,
          "The role named in DATABASE_URL does not exist or may not log in: create it, or correct the name.");
constexpr fault_meaning no_privilege =
    stays(connect_fault::no_privilege, "This program's role may not connect to the database: GRANT CONNECT to it.");
constexpr fault_meaning not_accepting =
    stays(connect_fault::not_accepting,
          "The database named in DATABASE_URL accepts no connections: somebody has forbidden them, for all roles.");
constexpr fault_meaning bad_setting =
    stays(connect_fault::bad_setting,
          "The database server does not take a setting that the session is to begin with: correct it in the options of "
          "DATABASE_URL or its service, or in PGOPTIONS.");
constexpr fault_meaning setting_not_allowed =
    stays(connect_fault::setting_not_allowed,
          "This program's role may not make a setting that the session is to begin with: take it out of the options of "
          "DATABASE_URL or its service, or of PGOPTIONS.");
constexpr fault_meaning pooler_parameter =
    stays(connect_fault::pooler_parameter,
          "What answers at DATABASE_URL is a connection pooler that does not take a parameter of the session's start.");
constexpr fault_meaning refused = stays(connect_fault::refused, "The database server refused the connection.");
constexpr fault_meaning no_tls =
    stays(connect_fault::no_tls, "The database server does not offer TLS, but sslmode in DATABASE_URL asks for it: "
                                 "enable ssl there, or change sslmode.");
constexpr fault_meaning bad_tls = stays(
    connect_fault::untrusted_tls,
    "The TLS connection to the database could not be trusted or made: check certificates, sslmode and sslrootcert.");
constexpr fault_meaning bad_conninfo =
    stays(connect_fault::bad_url, "DATABASE_URL cannot be understood: check its spelling.");

// How the server refuses: a SQLSTATE or a class of them, told apart where one stands for several things by the server's
// function that said it, or by words of a program that speaks English only. The first that fits counts.
struct refusal {
    std::string_view sqlstate;
    std::string_view routine;
    std::string_view words;
    const fault_meaning* means;
};
constexpr std::array refusals{
    refusal{"53300", "", "", &no_slot},
    refusal{"57P03", "", "", &starting},
    refusal{"57P01", "", "", &starting},
    refusal{"57P02", "", "", &starting},
    refusal{"28P01", "", "", &wrong_password},
    refusal{"28000", "InitializeSessionUserId", "", &no_role}, // utils/init/miscinit.c
    refusal{"28000", "", "role \"*\" does not exist", &no_role},
    refusal{"28000", "", "is not permitted to log in", &no_role},
    refusal{"28000", "", "no pg_hba.conf entry*no encryption", &tls_required},
    refusal{"28000", "", "no pg_hba.conf entry*SSL off", &tls_required}, // PostgreSQL 13
    refusal{"28", "", "", &no_entry},
    refusal{"3D000", "", "", &no_database},
    refusal{"42501", "CheckMyDatabase", "", &no_privilege}, // utils/init/postinit.c
    refusal{"42501", "", "permission denied for database", &no_privilege},
    refusal{"42501", "", "", &setting_not_allowed},
    refusal{"55000", "", "", &not_accepting},
    refusal{"22", "", "", &bad_setting},
    refusal{"42", "", "", &bad_setting}, // 42704: there is no such setting
    refusal{"55P02", "", "", &bad_setting},
    // PgBouncer says nearly everything with one state (client.c, janitor.c).
    refusal{"08P01", "", "unsupported startup parameter", &pooler_parameter},
    refusal{"08P01", "", "no such database", &no_database},
    refusal{"08P01", "", "no such user", &no_role},
    refusal{"08P01", "", "authentication failed", &wrong_password},
    refusal{"08P01", "", "auth failed", &wrong_password},
    refusal{"08P01", "", "SSL required", &tls_required},
    refusal{"08P01", "", "no more connections allowed", &no_slot},
    refusal{"08", "", "", &refused_now},
    refusal{"53", "", "", &refused_now},
    refusal{"57", "", "", &refused_now},
    refusal{"58", "", "", &refused_now},
    refusal{"XX", "", "", &refused_now},
    refusal{"", "", "", &refused},
};

// What libpq says itself, and an English server when libpq was not told to show states.
struct told_text {
    std::string_view text;
    const fault_meaning* means;
};
constexpr std::array texts{
    told_text{"too many clients", &no_slot},
    told_text{"too many connections", &no_slot},
    told_text{"remaining connection slots are reserved", &no_slot},
    told_text{"the database system is ", &starting},
    told_text{"terminating connection", &starting},
    told_text{"session is read-only", &no_writer},
    told_text{"server is in hot standby mode", &no_writer},
    told_text{"onnection refused", &unreachable},
    told_text{"Is the server running", &unreachable},
    told_text{"timeout expired", &unreachable},
    told_text{"timed out", &unreachable},
    told_text{"server closed the connection", &unreachable},
    told_text{"password authentication failed", &wrong_password},
    told_text{"no password supplied", &wrong_password},
    told_text{"no pg_hba.conf entry*no encryption", &tls_required},
    told_text{"no pg_hba.conf entry*SSL off", &tls_required}, // PostgreSQL 13
    told_text{"no pg_hba.conf entry", &no_entry},
    told_text{"pg_hba.conf rejects", &no_entry},
    told_text{"database \"*\" does not exist", &no_database},
    told_text{"role \"*\" does not exist", &no_role},
    told_text{"is not permitted to log in", &no_role},
    told_text{"permission denied for database", &no_privilege},
    told_text{"server does not support SSL", &no_tls},
    told_text{"SSL error", &bad_tls},
    told_text{"certificate", &bad_tls},
    told_text{"invalid connection option", &bad_conninfo},
    told_text{"invalid URI", &bad_conninfo},
    told_text{"URI query parameter", &bad_conninfo},
    told_text{"percent-encoded", &bad_conninfo},
    told_text{"in connection info string", &bad_conninfo},
    told_text{"could not match ", &bad_conninfo}, // as many ports as hosts
    told_text{"invalid port number", &bad_conninfo},
    told_text{"invalid integer value", &bad_conninfo},
    told_text{"invalid * value: \"", &bad_conninfo}, // invalid sslmode value: "…"
};
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

const fault_meaning& meaning_of(const connect_saying& one)
{
    if (one.sqlstate.empty()) {
        const auto found = std::ranges::find_if(texts, [&](const told_text& t) { return holds(one.text, t.text); });
        return found == texts.end() ? unreachable : *found->means;
    }
    const auto fits = [&](const refusal& r) {
        return one.sqlstate.starts_with(r.sqlstate) && (r.routine.empty() || r.routine == one.routine) &&
               holds(one.text, r.words);
    };
    return *std::ranges::find_if(refusals, fits)->means;
}

// Of several failures those count that pass by themselves, because then asking again helps: the fullest server first.
int rank_of(const fault_meaning& what)
{
    static constexpr std::array passing{&no_slot, &starting, &refused_now, &no_writer, &unreachable};
    return static_cast<int>(std::ranges::find(passing, &what) - passing.begin());
}

const fault_meaning& meaning_of(const std::vector<connect_saying>& all, connect_scope tried)
{
    const fault_meaning* best = &unreachable;
    bool any = false;
    for (const auto& one : all) {
        const auto& means = meaning_of(one);
        const bool answered = &means != &unreachable;
        const bool best_answered = any && best != &unreachable;
        const bool better = tried == connect_scope::one_server && answered != best_answered
                                ? answered
                                : rank_of(means) < rank_of(*best);
        if (!any || better)
            best = &means;
        any = true;
    }
    return *best;
}

} // namespace

error make_connect_error(const std::string& libpq_text, connect_scope tried)
{
    const auto all = sayings_in(libpq_text);
    const auto& found = meaning_of(all, tried);
    auto made = error{found.kind, std::string{found.message}}.with_connect_fault(found.fault);
    if (found.retry_after > none)
        made = made.with_retry_after(found.retry_after);
    auto detail = shown_connect_text(libpq_text, &found == &bad_conninfo);
    const auto coded =
        std::ranges::find_if(all.rbegin(), all.rend(), [](const connect_saying& s) { return !s.sqlstate.empty(); });
    if (coded != all.rend()) {
        database_diagnostics said;
        said.sqlstate = coded->sqlstate;
        said.routine = coded->routine;
        said.message = detail;
        made = made.with_database(std::move(said));
    }
    return made.with_detail(std::move(detail));
}

} // namespace lightdash::pg
