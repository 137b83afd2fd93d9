// Spaces of a project: who sees and who edits what lies in them.
#pragma once

#include "lightdash/core/describe.hpp"
#include "lightdash/json/json.hpp"
#include "modules/access/model.hpp"
#include "modules/shared/ids.hpp"
#include "modules/shared/values.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lightdash::spaces {

enum class space_role : unsigned char { viewer, editor, admin };
LIGHTDASH_DESCRIBE_ENUM(space_role, viewer, editor, admin)

// One line of GET /projects/{project}/spaces. Spaces are flat: no parent, no children.
struct space_summary {
    space_id uuid;
    organization_id organization_uuid;
    project_id project_uuid;
    std::string name, slug;
    bool is_private, inherit_parent_permissions;
    std::optional<space_id> parent_space_uuid;
    std::string path;
    std::optional<lightdash::uuid> pinned_list_uuid;
    std::optional<std::int64_t> pinned_list_order;
    std::int64_t chart_count, dashboard_count, child_space_count;
    std::vector<user_id> access; // who has a grant of their own
    pg::json_text user_access;   // the caller's, or null
};
LIGHTDASH_DESCRIBE(space_summary, uuid, organization_uuid, project_uuid, name, slug, is_private,
                   inherit_parent_permissions, parent_space_uuid, path, pinned_list_uuid, pinned_list_order,
                   chart_count, dashboard_count, child_space_count, access, user_access)

// GET /projects/{project}/spaces/{space}
struct space {
    space_id uuid;
    organization_id organization_uuid;
    project_id project_uuid;
    std::string name, slug;
    bool is_private, inherit_parent_permissions;
    std::optional<space_id> parent_space_uuid;
    std::string path;
    std::optional<lightdash::uuid> pinned_list_uuid;
    std::optional<std::int64_t> pinned_list_order;
    pg::json_text queries, dashboards, access, groups_access, child_spaces, breadcrumbs;
};
LIGHTDASH_DESCRIBE(space, uuid, organization_uuid, project_uuid, name, slug, is_private, inherit_parent_permissions,
                   parent_space_uuid, path, pinned_list_uuid, pinned_list_order, queries, dashboards, access,
                   groups_access, child_spaces, breadcrumbs)

struct user_share {
    user_id user_uuid;
    space_role space_role;
};
LIGHTDASH_DESCRIBE(user_share, user_uuid, space_role)

struct group_share {
    group_id group_uuid;
    space_role space_role;
};
LIGHTDASH_DESCRIBE(group_share, group_uuid, space_role)

struct first_access {
    user_id user_uuid;
    space_role role;
};
LIGHTDASH_DESCRIBE(first_access, user_uuid, role)

// The body of POST /projects/{project}/spaces. Without a flag the space is private.
struct new_space {
    std::string name;
    json::omittable<bool> is_private, inherit_parent_permissions;
    std::optional<lightdash::uuid> parent_space_uuid;
    json::omittable<std::vector<first_access>> access;
    void validate(json::faults& faults) const;
    bool inherits() const;
};
LIGHTDASH_DESCRIBE(new_space, name, is_private, inherit_parent_permissions, parent_space_uuid, access)

// The body of PATCH /projects/{project}/spaces/{space}.
struct space_changes {
    json::omittable<std::string> name;
    json::omittable<bool> is_private, inherit_parent_permissions;
    void validate(json::faults& faults) const;
    std::optional<bool> inherits() const;
};
LIGHTDASH_DESCRIBE(space_changes, name, is_private, inherit_parent_permissions)

} // namespace lightdash::spaces
