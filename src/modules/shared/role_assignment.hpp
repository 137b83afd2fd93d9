// Who has which role, as the second version of the API tells it of an organization and of a project.
#pragma once

#include "lightdash/core/describe.hpp"
#include "lightdash/core/uuid.hpp"
#include "modules/shared/values.hpp"

#include <string>

namespace lightdash {

// Roles are the system's: their ids are their names.
struct role_assignment {
    std::string role_id, role_name;
    std::string owner_type;    // "system"
    std::string assignee_type; // "user", "group"
    uuid assignee_id;
    std::string assignee_name;
    pg::timestamp created_at, updated_at;
};
LIGHTDASH_DESCRIBE(role_assignment, role_id, role_name, owner_type, assignee_type, assignee_id, assignee_name,
                   created_at, updated_at)

} // namespace lightdash
