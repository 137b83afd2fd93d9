// Users: the caller's own account, members of an organization, references in content.
#pragma once

#include "lightdash/core/describe.hpp"
#include "lightdash/json/json.hpp"
#include "modules/shared/caller.hpp"
#include "modules/shared/values.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lightdash::users {

// What GET /user tells of the caller, out of the database.
struct user_account {
    user_id user_uuid;
    std::string email;
    std::string first_name;
    std::string last_name;
    organization_id organization_uuid;
    std::string organization_name;
    pg::timestamp organization_created_at;
    organization_role role;
    bool is_active;
    bool is_pending; // no password yet
    pg::timestamp created_at;
    pg::timestamp updated_at;
};
LIGHTDASH_DESCRIBE(user_account, user_uuid, email, first_name, last_name, organization_uuid, organization_name,
                   organization_created_at, role, is_active, is_pending, created_at, updated_at)

// One of CASL's rules, as Lightdash's clients evaluate them.
struct granted_access { // one of the list `access` of a space, or of what lies in it
    user_id user_uuid;
    json::omittable<std::string_view> role;
};
LIGHTDASH_DESCRIBE(granted_access, user_uuid, role)
struct access_match {
    granted_access has;

    static constexpr std::string_view json_schema =
        R"({"type":"object","properties":{"$elemMatch":{"type":"object"}},"required":["$elemMatch"]})";
};
void write_json(std::string& out, const access_match& match);

// That project, or one of several: CASL's {"$in":[…]}.
struct some_projects {
    std::vector<project_id> any;

    static constexpr std::string_view json_schema =
        R"({"oneOf":[{"type":"string","format":"uuid"},{"type":"object","properties":{"$in":{"type":"array","items":)"
        R"({"type":"string","format":"uuid"}}},"required":["$in"]}]})";
};
void write_json(std::string& out, const some_projects& projects);

struct rule_conditions { // of the two first ones one is there
    json::omittable<organization_id> organization_uuid;
    json::omittable<some_projects> project_uuid;
    json::omittable<std::string_view> type; // of a project
    json::omittable<bool> is_private;       // of a space, or of what lies in it
    json::omittable<access_match> access;
    json::omittable<user_id> created_by_user_uuid, deleted_by_user_uuid;
};
LIGHTDASH_DESCRIBE(rule_conditions, organization_uuid, project_uuid, type, is_private, access, created_by_user_uuid,
                   deleted_by_user_uuid)

struct ability_rule {
    std::string_view action;
    std::string_view subject;
    rule_conditions conditions;
};
LIGHTDASH_DESCRIBE(ability_rule, action, subject, conditions)

// GET /user: the account and what follows from it.
struct user_profile : user_account {
    explicit user_profile(user_account account) : user_account(std::move(account)) {}

    bool is_tracking_anonymized = false;
    bool is_marketing_opted_in = false;
    bool is_setup_complete = true;
    std::optional<user_id> impersonation;
    std::vector<ability_rule> ability_rules;
};
LIGHTDASH_DESCRIBE_DERIVED(user_profile, user_account, is_tracking_anonymized, is_marketing_opted_in, is_setup_complete,
                           impersonation, ability_rules)

// The body of PATCH /user/me. What is not kept of GET /user may be sent back.
struct account_changes {
    json::omittable<std::string> first_name, last_name, email;
    json::read_only<bool> is_marketing_opted_in, is_tracking_anonymized, is_setup_complete;
    void validate(json::faults& faults) const;
};
LIGHTDASH_DESCRIBE(account_changes, first_name, last_name, email, is_marketing_opted_in, is_tracking_anonymized,
                   is_setup_complete)

// The body of PATCH /org/users/{user}.
struct role_change {
    organization_role role;
};
LIGHTDASH_DESCRIBE(role_change, role)

// One line of GET /org/users.
struct organization_member {
    user_id user_uuid;
    pg::timestamp user_created_at;
    pg::timestamp user_updated_at;
    std::string first_name;
    std::string last_name;
    std::string email;
    organization_id organization_uuid;
    organization_role role;
    bool is_active;
    bool is_pending;        // no password yet
    bool is_invite_expired; // nor an invite with which to choose one
};
LIGHTDASH_DESCRIBE(organization_member, user_uuid, user_created_at, user_updated_at, first_name, last_name, email,
                   organization_uuid, role, is_active, is_pending, is_invite_expired)

// The same as an operator sees them, who sees every organization.
struct known_user : organization_member {
    std::string organization_name;
};
LIGHTDASH_DESCRIBE_DERIVED(known_user, organization_member, organization_name)

// Who did something, as it stands in charts and dashboards.
struct user_reference {
    user_id user_uuid;
    std::string first_name;
    std::string last_name;
};
LIGHTDASH_DESCRIBE(user_reference, user_uuid, first_name, last_name)

} // namespace lightdash::users
