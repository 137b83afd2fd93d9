// The outbox in the database, for whoever sends what lies in it.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/pg/session.hpp"
#include "modules/shared/ids.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lightdash::mail {

// A mail that is due.
struct letter {
    mail_id id;
    std::string recipient, subject, text;
    std::int32_t attempts; // this one counted
};
LIGHTDASH_DESCRIBE(letter, id, recipient, subject, text, attempts)

struct store {
    // The mail that is due longest; until `lease` has passed nobody else is given it.
    static task<std::optional<letter>> take(pg::session& db, std::chrono::seconds lease);
    // It was sent (`failure` empty) or is given up: its text goes.
    static task<void> close(pg::session& db, mail_id id, std::optional<std::string_view> failure);
    static task<void> try_again(pg::session& db, mail_id id, std::string_view failure, std::chrono::seconds pause);
    // Deletes what was closed a week ago.
    static task<void> sweep(pg::session& db);
};

} // namespace lightdash::mail
