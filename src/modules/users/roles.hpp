// Roles of an organization, as the second version of the API tells them: the system's, whose ids are their names.
#pragma once

#include "lightdash/api/query.hpp"
#include "lightdash/async/task.hpp"
#include "lightdash/pg/session.hpp"
#include "lightdash/pg/transaction.hpp"
#include "modules/audit/service.hpp"
#include "modules/shared/caller.hpp"
#include "modules/shared/role_assignment.hpp"

#include <optional>
#include <string>
#include <vector>

namespace lightdash::users {

struct role {
    std::string role_uuid, name;
    std::optional<std::string> description;
    std::optional<organization_id> organization_uuid; // of a role that is nobody's: null, as the next ones but scopes
    std::string owner_type;
    std::optional<user_id> created_by;
    std::optional<std::string> created_at, updated_at;
    json::omittable<std::vector<std::string>> scopes; // "update:Dashboard@space": action, subject, with which of them
};
LIGHTDASH_DESCRIBE(role, role_uuid, name, description, organization_uuid, owner_type, created_by, created_at,
                   updated_at, scopes)

enum class role_detail : unsigned char { scopes };
LIGHTDASH_DESCRIBE_ENUM(role_detail, scopes)

struct role_query {
    std::optional<role_detail> load;
};
LIGHTDASH_DESCRIBE(role_query, load)

struct organization_role_assignment : role_assignment {
    lightdash::organization_id organization_id;
};
LIGHTDASH_DESCRIBE_DERIVED(organization_role_assignment, role_assignment, organization_id)

// The body of POST …/roles/assignments/user/{user}.
struct organization_role_choice {
    organization_role role_id;
    json::omittable<bool> send_email; // nobody is told
};
LIGHTDASH_DESCRIBE(organization_role_choice, role_id, send_email)

// Of the caller's own organization: another one is forbidden, an unknown one not_found.
struct role_store {
    static task<std::vector<role>> list(pg::session& db, const caller& who, organization_id of,
                                        const api::query<role_query>& asked);
    // Everybody who is active.
    static task<std::vector<organization_role_assignment>> assignments(pg::session& db, const caller& who,
                                                                       organization_id of);
    // Commits. As store::set_role.
    static task<organization_role_assignment> assign(pg::transaction& tx, const caller& who, const audit::origin& from,
                                                     organization_id of, user_id member,
                                                     const organization_role_choice& chosen);
};

} // namespace lightdash::users
