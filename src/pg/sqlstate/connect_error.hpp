// What it means that a connection could not be made.
#pragma once

#include "lightdash/core/error.hpp"

#include "pg/wire/connect_line.hpp"

#include <string>

namespace lightdash::pg {

// libpq gives one text, with one line per address that was tried. Of one server the address that answered counts; of
// several the state that may pass by itself.
// Goes by the SQLSTATEs in it, in every language, when PQsetErrorVerbosity(PQERRORS_VERBOSE) was set before the first
// poll; otherwise English texts only. Kinds: database_unavailable (with retry_after), resource_exhausted (with
// retry_after), read_only (no host that target_session_attrs accepts), configuration (asking again will not help).
// Says its connect_fault(). Passwords in the text are masked.
error make_connect_error(const std::string& libpq_text, connect_scope tried = connect_scope::one_server);

} // namespace lightdash::pg
