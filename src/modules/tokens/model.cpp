#include "modules/tokens/model.hpp"

#include "lightdash/core/time.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lightdash::tokens {

void new_token::validate(json::faults& faults) const
{
    faults.text_length("description", description, 1, 255);
}

void rules::require(organization_role role) const
{
    if (disabled)
        throw error{error_kind::forbidden, "Personal access tokens are switched off on this server (DISABLE_PAT)."};
    if (!roles.empty() && std::ranges::find(roles, role) == roles.end())
        throw error{error_kind::forbidden,
                    "Your role may not have personal access tokens on this server (PAT_ALLOWED_ORG_ROLES)."};
}

void rules::require_end(std::optional<pg::timestamptz> end) const
{
    const auto now = utc_now();
    if (end && *end <= now)
        throw error{error_kind::invalid_parameter, "expiresAt has passed: a token must end in the future."};
    if (most_days != 0 && (!end || *end > now + std::chrono::days{most_days}))
        throw error{error_kind::invalid_parameter,
                    fmt::format("A token must end within {} days on this server (PAT_MAX_EXPIRATION_TIME_IN_DAYS): "
                                "give an expiresAt before then.",
                                most_days)};
}

} // namespace lightdash::tokens
