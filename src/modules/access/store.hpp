// Personal access tokens in the database: only their SHA-256 is kept.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/pg/session.hpp"
#include "modules/access/token_cache.hpp"
#include "modules/shared/caller.hpp"

#include <chrono>
#include <optional>
#include <string_view>

namespace lightdash::access {

// The holder of a token, whatever their state.
struct token_holder {
    token_id token;
    user_id user;
    organization_id organization;
    organization_role role;
    std::string email;
    bool is_active;
    std::optional<pg::timestamptz> expires_at;
};
LIGHTDASH_DESCRIBE(token_holder, token, user, organization, role, email, is_active, expires_at)

// The holder of a session, whatever their state.
struct session_holder {
    user_id user;
    organization_id organization;
    organization_role role;
    std::string email;
    bool is_active;
    bool was_away;       // not seen for a minute
    std::int64_t rest_s; // for so long it is valid
};
LIGHTDASH_DESCRIBE(session_holder, user, organization, role, email, is_active, was_away, rest_s)

// Sessions, which the slice accounts makes and ends.
struct session_store {
    static task<std::optional<session_holder>> holder_of(pg::session& db, const token_digest& id);
    // Seen now, and valid for `lifetime`; at most once a minute.
    static task<void> touch(pg::session& db, const token_digest& id, std::chrono::seconds lifetime);
};

struct token_store {
    static task<std::optional<token_holder>> holder_of(pg::session& db, const token_digest& token);
    // Keeps the digest of a new token of the user with that e-mail (any letter case). False: there is no such user.
    static task<bool> create(pg::session& db, std::string_view email, std::string_view description,
                             const token_digest& token, std::optional<pg::timestamptz> expires_at);
    // At most once a minute per token.
    static task<void> touch(pg::session& db, token_id token);
};

} // namespace lightdash::access
