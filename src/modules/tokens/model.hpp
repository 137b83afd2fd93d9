// Personal access tokens: what their holder is told of them, and what they send.
#pragma once

#include "lightdash/api/handler.hpp"
#include "lightdash/core/describe.hpp"
#include "lightdash/json/json.hpp"
#include "modules/shared/caller.hpp"
#include "modules/shared/values.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lightdash::tokens {

struct token {
    token_id uuid;
    std::string description;
    pg::timestamptz created_at;
    std::optional<pg::timestamptz> expires_at, last_used_at, rotated_at;
    bool auto_generated;
};
LIGHTDASH_DESCRIBE(token, uuid, description, created_at, expires_at, last_used_at, rotated_at, auto_generated)

// What creates and rotates answer: nobody tells the text again.
struct shown_token : token {
    shown_token(tokens::token known, std::string text) : tokens::token(std::move(known)), token(std::move(text)) {}
    std::string token;
};
LIGHTDASH_DESCRIBE_DERIVED(shown_token, tokens::token, token)

// The same as an operator sees it, who sees everybody's.
struct held_token : token {
    user_id user_uuid;
    std::string email;
    organization_id organization_uuid;
};
LIGHTDASH_DESCRIBE_DERIVED(held_token, token, user_uuid, email, organization_uuid)

// The body of POST /user/me/personal-access-tokens; without an end it is valid for ever.
struct new_token {
    std::string description;
    std::optional<pg::timestamptz> expires_at;
    std::optional<bool> auto_generated;
    void validate(json::faults& faults) const;
};
LIGHTDASH_DESCRIBE(new_token, description, expires_at, auto_generated)

// The body of PATCH …/{token}/rotate; without an end the present one stays.
struct rotation {
    json::patch<pg::timestamptz> expires_at;
};
LIGHTDASH_DESCRIBE(rotation, expires_at)

// Who may have tokens, and for how long: settings.
struct rules {
    bool disabled = false;                // DISABLE_PAT
    std::vector<organization_role> roles; // PAT_ALLOWED_ORG_ROLES; none: every role
    std::int64_t most_days = 0;           // PAT_MAX_EXPIRATION_TIME_IN_DAYS; 0: no limit

    // Throws forbidden when somebody of that role may not, invalid_parameter when it cannot end then.
    void require(organization_role role) const;
    void require_end(std::optional<pg::timestamptz> end) const;
};

} // namespace lightdash::tokens

template <>
inline constexpr bool lightdash::api::is_given<lightdash::tokens::rules> = true;
