// Roles in a project, given to users and to groups.
#pragma once

#include "lightdash/core/describe.hpp"
#include "lightdash/json/json.hpp"
#include "modules/access/model.hpp"
#include "modules/shared/ids.hpp"
#include "modules/shared/role_assignment.hpp"

#include <optional>
#include <string>

namespace lightdash::project_access {

struct project_member {
    user_id user_uuid;
    project_id project_uuid;
    std::string email, first_name, last_name;
    access::project_role role;
};
LIGHTDASH_DESCRIBE(project_member, user_uuid, project_uuid, email, first_name, last_name, role)

struct group_access {
    group_id group_uuid;
    project_id project_uuid;
    access::project_role role;
};
LIGHTDASH_DESCRIBE(group_access, group_uuid, project_uuid, role)

// The body of POST /projects/{project}/access.
struct new_member {
    std::string email;
    access::project_role role;
    json::omittable<bool> send_email; // nobody is told
    void validate(json::faults& faults) const;
};
LIGHTDASH_DESCRIBE(new_member, email, role, send_email)

struct given_role {
    access::project_role role;
};
LIGHTDASH_DESCRIBE(given_role, role)

struct project_role_assignment : role_assignment {
    lightdash::project_id project_id;
};
LIGHTDASH_DESCRIBE_DERIVED(project_role_assignment, role_assignment, project_id)

// The body of POST …/roles/assignments/user/{user} and …/group/{group}.
struct role_choice {
    access::project_role role_id;
    json::omittable<bool> send_email; // nobody is told
};
LIGHTDASH_DESCRIBE(role_choice, role_id, send_email)

} // namespace lightdash::project_access
