// How to connect, and how many connections to keep. All durations are positive; all counts are per process.
#pragma once

#include "lightdash/core/secret.hpp"

#include <chrono>
#include <cstddef>
#include <string>

namespace lightdash::pg {

struct connection_options {
    // A URL or keyword string as libpq reads it, several hosts and target_session_attrs included. Empty: libpq's PG*
    // variables.
    secret conninfo;
    std::string application_name = "lightdash-backend";
    std::chrono::milliseconds connect_timeout{5000};
    // After this long the server itself ends a statement, and a transaction that stands idle: for those that this
    // program lost sight of. A shorter limit of the role or the database stays. Zero: none of ours. Behind a
    // transaction pooler it holds in transactions only.
    std::chrono::milliseconds server_limit{0};
    // Behind PgBouncer in transaction mode: unnamed statements, no session state, no startup options.
    bool transaction_pooler = false;
    std::size_t statement_cache = 256; // prepared statements per connection, least recently used first out
};

struct pool_options {
    std::size_t min = 2;
    std::size_t max = 10;
    std::size_t lanes = 2;         // of `max`: connections that carry shared reads
    std::size_t queue_limit = 200; // waiters; beyond it: overloaded
    std::chrono::milliseconds acquire_timeout{3000};
    std::chrono::milliseconds idle_timeout{600'000};
    std::chrono::milliseconds max_lifetime{1'800'000}; // less up to 10 %, each connection its own share
    std::chrono::milliseconds long_hold{10'000};       // a connection borrowed longer is logged
};

} // namespace lightdash::pg
