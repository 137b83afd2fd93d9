// Invites: links with which somebody becomes a member of an organization.
#pragma once

#include "lightdash/api/handler.hpp"
#include "lightdash/core/describe.hpp"
#include "lightdash/json/json.hpp"
#include "modules/shared/caller.hpp"
#include "modules/shared/values.hpp"

#include <optional>
#include <string>

namespace lightdash::invites {

// What is known of one, beside its code.
struct invite {
    pg::timestamptz expires_at;
    organization_id organization_uuid;
    user_id user_uuid; // of the person, who has no password yet
    std::string email;
};
LIGHTDASH_DESCRIBE(invite, expires_at, organization_uuid, user_uuid, email)

// As it is told to whoever made it or knows its code.
struct shown_invite : invite {
    shown_invite(invite known, const std::string& site_url, std::string code)
        : invite(std::move(known)), invite_code(std::move(code)), invite_url(site_url + "/invite/" + invite_code)
    {}
    std::string invite_code, invite_url;
};
LIGHTDASH_DESCRIBE_DERIVED(shown_invite, invite, invite_code, invite_url)

// The body of POST /invite-links.
struct new_invite {
    std::string email;
    pg::timestamptz expires_at;
    std::optional<organization_role> role; // member when absent
    void validate(json::faults& faults) const;
};
LIGHTDASH_DESCRIBE(new_invite, email, expires_at, role)

// Where the links lead.
struct rules {
    std::string site_url; // without a slash at the end
};

} // namespace lightdash::invites

template <>
inline constexpr bool lightdash::api::is_given<lightdash::invites::rules> = true;
