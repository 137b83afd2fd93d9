// What commands need of a connection string beside connecting: the same server with another database, and a form that
// may stand in another program's arguments.
#pragma once

#include "lightdash/core/secret.hpp"

#include <string>

namespace lightdash::pg {

struct connection_target {
    std::string host;      // "" for the default
    std::string database;  // as libpq finds it: the string, PGDATABASE, else the role's name
    std::string arguments; // keywords without any password
    secret password;       // for PGPASSWORD; empty: none was given
};

// Throws error_kind::configuration when libpq cannot read the text, and for sslpassword, which no environment variable
// can carry.
connection_target target_of(const secret& conninfo);

// The same connection string for another database of that server.
secret with_database(const secret& conninfo, const std::string& database);

} // namespace lightdash::pg
