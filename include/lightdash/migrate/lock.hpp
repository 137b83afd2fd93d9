// The migrators' lock: held by a transaction, so that it ends with its owner's connection, however that ends.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/core/deadline.hpp"
#include "lightdash/pg/database.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace lightdash::migrate {

// All migrators of one database must use the same kind.
enum class lock_kind : unsigned char {
    advisory, // pg_advisory_xact_lock
    table,    // a row of lightdash_migrations_lock, for engines and poolers without advisory locks
};

// "advisory" or "table"; nothing for anything else.
std::optional<lock_kind> parse_lock_kind(std::string_view text) noexcept;

struct lock_holder {
    int pid = 0;
    std::string application;
    std::string user;
    std::string since;  // "2026-11-25 21:04:11 UTC": its transaction began
    std::string client; // address, or "local"

    // "pid 4711 (lightdash-backend, user postgres, local), since 2026-11-25 21:04:11 UTC"
    std::string text() const;
};

// Who holds the lock now, if anybody.
task<std::optional<lock_holder>> holder_of_lock(pg::database& db, lock_kind kind, deadline until);

} // namespace lightdash::migrate
