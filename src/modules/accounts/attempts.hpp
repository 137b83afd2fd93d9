// How often somebody tried: five failed logins of an account within five minutes close it for half an hour (as
// Lightdash has it); fifty failed logins, registrations and forgotten passwords of one client within five minutes
// close these for the rest of them. Kept in the database: for all processes, over restarts.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/core/describe.hpp"
#include "lightdash/pg/session.hpp"
#include "lightdash/pg/statement_batch.hpp"

#include <chrono>
#include <cstdint>
#include <string_view>

namespace lightdash::accounts {

// For how many more seconds; 0: not.
struct blocking {
    std::int64_t account, client;
};
LIGHTDASH_DESCRIBE(blocking, account, client)

// Throws rate_limited, for an account as PasswordLoginBlockedError, with the time when there is room again.
void require_unblocked(const blocking& found);

struct attempts {
    // How both stand: one row, a blocking.
    static pg::statement_batch::ticket ask(pg::statement_batch& statements, std::string_view email,
                                           std::string_view address);
    // A failed login; how both stand after it.
    static task<blocking> failed(pg::session& db, std::string_view email, std::string_view address);
    // Anything else that strangers may do, before it is done; how the client stands after it.
    static task<blocking> count(pg::session& db, std::string_view address);
    // Removes up to a thousand that are of no use any more; how many there were.
    static task<std::uint64_t> sweep(pg::session& db);
};

} // namespace lightdash::accounts
