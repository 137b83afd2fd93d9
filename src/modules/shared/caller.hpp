// Who is calling: known once a request has passed the gate.
#pragma once

#include "lightdash/api/gate.hpp"
#include "lightdash/core/describe.hpp"
#include "modules/shared/ids.hpp"

#include <optional>
#include <string>

namespace lightdash {

// Roles in an organization, weakest first (names as Lightdash's API spells them).
enum class organization_role : unsigned char { member, viewer, interactive_viewer, editor, developer, admin };
LIGHTDASH_DESCRIBE_ENUM(organization_role, member, viewer, interactive_viewer, editor, developer, admin)

struct caller {
    user_id user;
    organization_id organization;
    organization_role role = organization_role::member;
    std::string email;
};
LIGHTDASH_DESCRIBE(caller, user, organization, role, email)
template <>
inline constexpr bool api::is_caller<caller> = true;

// Somebody else, whom a statement that is named with a caller too calls sql::param<user_id>("member").
struct other_user {
    std::optional<user_id> member;
};
LIGHTDASH_DESCRIBE(other_user, member)

} // namespace lightdash
