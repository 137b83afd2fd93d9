// Groups of users: what is given to a group in projects and spaces, each of its members has.
#pragma once

#include "lightdash/api/paging.hpp"
#include "lightdash/core/describe.hpp"
#include "lightdash/json/json.hpp"
#include "modules/access/model.hpp"
#include "modules/shared/ids.hpp"
#include "modules/shared/values.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lightdash::groups {

struct group {
    group_id uuid;
    std::string name;
    organization_id organization_uuid;
    pg::timestamp created_at;
    std::optional<user_id> created_by_user_uuid;
    pg::timestamp updated_at;
    std::optional<user_id> updated_by_user_uuid;
    pg::json_text members; // of group_member
    std::vector<user_id> member_uuids;
};
LIGHTDASH_DESCRIBE(group, uuid, name, organization_uuid, created_at, created_by_user_uuid, updated_at,
                   updated_by_user_uuid, members, member_uuids)

struct group_member {
    user_id user_uuid;
    std::string email, first_name, last_name;
};
LIGHTDASH_DESCRIBE(group_member, user_uuid, email, first_name, last_name)

struct member_reference {
    user_id user_uuid;
};
LIGHTDASH_DESCRIBE(member_reference, user_uuid)

// The body of POST /org/groups.
struct new_group {
    std::string name;
    json::omittable<std::vector<member_reference>> members;
    void validate(json::faults& faults) const;
};
LIGHTDASH_DESCRIBE(new_group, name, members)

// The body of PATCH /groups/{group}: members, where given, replace all.
struct group_changes {
    json::omittable<std::string> name;
    json::omittable<std::vector<member_reference>> members;
    void validate(json::faults& faults) const;
};
LIGHTDASH_DESCRIBE(group_changes, name, members)

// The query of GET /org/groups.
struct group_query {
    api::page_request page;
    api::search search_query;
    api::ignored include_members; // all of them are told
};
LIGHTDASH_DESCRIBE(group_query, page, search_query, include_members)

} // namespace lightdash::groups
