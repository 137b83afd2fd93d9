// Sends what lies in the outbox.
#pragma once

#include "lightdash/async/offload.hpp"
#include "lightdash/async/task.hpp"
#include "lightdash/async/timer_wheel.hpp"
#include "lightdash/pg/database.hpp"
#include "modules/mail/smtp.hpp"
#include "modules/mail/store.hpp"

#include <optional>

namespace lightdash::mail {

// Any number of processes may run one on the same database: each mail is taken by one of them. A failed attempt is
// repeated after 30 s, 1, 2, 4 … 60 minutes, for some five hours.
class dispatcher {
public:
    // Without a server: each mail becomes a line of the log and is closed; with its text, links included, only if
    // `log_text`. The references must outlive it.
    dispatcher(pg::database& db, offload_pool& blocking, timer_wheel& clocks, std::optional<smtp_options> server,
               bool log_text);

    // Until the coroutine is cancelled.
    task<void> run();

private:
    task<bool> send_one();
    task<void> transmit(const letter& mail);
    task<void> work();

    pg::database& db_;
    offload_pool& blocking_;
    timer_wheel& clocks_;
    std::optional<smtp_options> server_;
    bool log_text_;
    deadline next_sweep_ = deadline::at({});
};

} // namespace lightdash::mail
