// What the server said, as an error that answers questions: the one place that reads SQLSTATEs (PostgreSQL manual,
// appendix A).
#pragma once

#include "lightdash/core/error.hpp"

#include <string>

namespace lightdash::pg {

// The error of a failed statement. An empty SQLSTATE means that the connection broke without one: libpq reports a fatal
// result and nothing else. The message may be shown to clients: it names fields and rules, never values; what the
// server said is in detail().
error make_error(database_diagnostics said);

// What was tried: one server, at each address of its name, or several, which may be in different states.
enum class connect_scope : unsigned char { one_server, several_servers };

// The error of a connection that could not be made: libpq gives one text, with one line per address that was tried. Of
// one server the address that answered counts; of several the state that may pass by itself.
// Goes by the SQLSTATEs in it, in every language, when PQsetErrorVerbosity(PQERRORS_VERBOSE) was set before the first
// poll; otherwise English texts only. Kinds: database_unavailable (with retry_after), resource_exhausted (with
// retry_after), read_only (no host that target_session_attrs accepts), configuration (asking again will not help).
// Passwords in the text are masked.
error make_connect_error(std::string libpq_text, connect_scope tried = connect_scope::one_server);

// Which way a connection failed, for advice to people; none: the error is no connection's.
enum class connect_fault : unsigned char {
    none,
    no_slot,
    starting,
    no_writer,
    unreachable,
    wrong_password,
    no_entry,
    tls_required,
    no_database,
    no_role,
    no_privilege,
    not_accepting,
    bad_setting,
    setting_not_allowed,
    pooler_parameter,
    refused,
    no_tls,
    untrusted_tls,
    bad_url,
    bad_service,
    at_in_password,
    unknown_host,
};

// Knows what make_connect_error() made, also where the pool put it into a sentence of its own.
connect_fault connect_fault_of(const error& failure) noexcept;

} // namespace lightdash::pg
