// Projects: what the API tells and takes, and the form of a dbt connection that may be stored.
#pragma once

#include "lightdash/core/describe.hpp"
#include "lightdash/json/json.hpp"
#include "modules/shared/ids.hpp"
#include "modules/shared/jsonb.hpp"
#include "modules/shared/values.hpp"

#include <optional>
#include <string>

namespace lightdash::projects {

enum class project_type : unsigned char { DEFAULT, PREVIEW };
LIGHTDASH_DESCRIBE_ENUM(project_type, DEFAULT, PREVIEW)

// One line of GET /org/projects.
struct project_summary {
    project_id project_uuid;
    std::string name;
    project_type type;
    std::optional<user_id> created_by_user_uuid;
    pg::timestamp created_at;
    std::optional<project_id> upstream_project_uuid;
};
LIGHTDASH_DESCRIBE(project_summary, project_uuid, name, type, created_by_user_uuid, created_at, upstream_project_uuid)

struct project {
    organization_id organization_uuid;
    project_id project_uuid;
    std::string name;
    project_type type;
    pg::json_text dbt_connection; // its "type" is the column dbt_project_type
    std::string dbt_version;
    std::optional<user_id> created_by_user_uuid;
    std::optional<project_id> upstream_project_uuid;
    pg::timestamp created_at;
    pg::timestamp updated_at;
};
LIGHTDASH_DESCRIBE(project, organization_uuid, project_uuid, name, type, dbt_connection, dbt_version,
                   created_by_user_uuid, upstream_project_uuid, created_at, updated_at)

// GET /projects/{project}: with what has no table yet.
struct project_details : project {
    explicit project_details(project p) : project(std::move(p)) {}

    std::string_view scheduler_timezone = "UTC";
    std::optional<uuid> organization_warehouse_credentials_uuid;
    bool has_default_user_spaces = false;
};
LIGHTDASH_DESCRIBE_DERIVED(project_details, project, scheduler_timezone, organization_warehouse_credentials_uuid,
                           has_default_user_spaces)

// dbtConnection.type as Lightdash's contract lists them.
enum class dbt_project_type : unsigned char {
    dbt,
    dbt_cloud_ide,
    github,
    gitlab,
    bitbucket,
    azure_devops,
    none,
    manifest
};
LIGHTDASH_DESCRIBE_ENUM(dbt_project_type, dbt, dbt_cloud_ide, github, gitlab, bitbucket, azure_devops, none, manifest)

// A dbt connection as clients send it, in the form in which it is stored.
struct dbt_connection {
    dbt_project_type type = dbt_project_type::none;
    pg::json_text settings; // an object: everything but the type and the secrets

    static constexpr std::string_view json_schema =
        R"({"type":"object","properties":{"type":{"type":"string","enum":["dbt","dbt_cloud_ide","github","gitlab",)"
        R"("bitbucket","azure_devops","none","manifest"]}},"required":["type"]})";
};
LIGHTDASH_DESCRIBE(dbt_connection, type, settings)
// Tokens, passwords and keys are dropped: there is no encrypted place for them yet.
bool read_json(const json::reader& at, dbt_connection& into);

// What a client says of a project that stands in columns of the same names.
struct project_content {
    std::string name;
    std::optional<project_type> type; // DEFAULT when absent
    std::optional<std::string> dbt_version;
};
LIGHTDASH_DESCRIBE(project_content, name, type, dbt_version)

// The body of POST /org/projects.
struct new_project : project_content {
    projects::dbt_connection dbt_connection;
    std::optional<project_id> upstream_project_uuid;
    std::optional<json::raw> warehouse_connection; // refused: there is no table for it yet
    void validate(json::faults& faults) const;
};
LIGHTDASH_DESCRIBE_DERIVED(new_project, project_content, dbt_connection, upstream_project_uuid, warehouse_connection)

struct project_patch {
    std::optional<std::string> name;
    std::optional<std::string> dbt_version;
};
LIGHTDASH_DESCRIBE(project_patch, name, dbt_version)

// The body of PATCH /projects/{project}: clients send back all that GET gave them; what cannot be changed is ignored.
struct project_changes : project_patch {
    static constexpr auto unknown_members = json::unknown_members::ignore;

    std::optional<projects::dbt_connection> dbt_connection;
    std::optional<json::raw> warehouse_connection;
    void validate(json::faults& faults) const;
};
LIGHTDASH_DESCRIBE_DERIVED(project_changes, project_patch, dbt_connection, warehouse_connection)

} // namespace lightdash::projects
