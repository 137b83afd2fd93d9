// Which server and database a connection string means, as libpq resolves it, for commands, messages, file names and the
// arguments of other programs; and the same server with another database.
#pragma once

#include "lightdash/core/secret.hpp"

#include <string>

namespace lightdash::pg {

// From the string, its service, the PG* variables and libpq's defaults, in this order.
struct connection_target {
    std::string host;      // or the address; several are separated by commas; "" for the default socket
    std::string port;      // as host; never empty
    std::string user;      // "" when this account has no name
    std::string database;  // the user's name where none is given
    std::string arguments; // keywords for another program, complete without the service, without any password
    secret password;       // for PGPASSWORD; empty: none, or in libpq's password file
    bool key_has_password; // sslpassword, which no environment variable can carry; not in `arguments`

    // "shop_live on db.example.com:5432", for messages.
    std::string place() const;
};

// Reads the service file; does not connect. Throws error_kind::configuration when libpq cannot read the text or finds
// no such service, and for sslpassword, which no environment variable can carry.
connection_target target_of(const secret& conninfo);

// The same connection string for another database of that server.
secret with_database(const secret& conninfo, const std::string& database);

} // namespace lightdash::pg
