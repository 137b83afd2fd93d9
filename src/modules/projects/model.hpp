// Projects: what the API tells and takes, and the form of a dbt connection that may be stored.
#pragma once

#include "lightdash/core/describe.hpp"
#include "lightdash/json/json.hpp"
#include "modules/shared/ids.hpp"
#include "modules/shared/jsonb.hpp"
#include "modules/shared/values.hpp"
#include "modules/warehouses/model.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

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
    std::string scheduler_timezone;
    std::optional<credentials_id> organization_warehouse_credentials_uuid;
    pg::timestamp created_at;
    pg::timestamp updated_at;
};
LIGHTDASH_DESCRIBE(project, organization_uuid, project_uuid, name, type, dbt_connection, dbt_version,
                   created_by_user_uuid, upstream_project_uuid, scheduler_timezone,
                   organization_warehouse_credentials_uuid, created_at, updated_at)

// GET /projects/{project}: with what may be absent, and what has no table.
struct project_details : project {
    project_details(project p, std::optional<pg::json_text> connection) : project(std::move(p))
    {
        if (connection)
            warehouse_connection = std::move(*connection);
    }

    json::omittable<pg::json_text> warehouse_connection; // without what is secret of it
    bool has_default_user_spaces = false;
};
LIGHTDASH_DESCRIBE_DERIVED(project_details, project, warehouse_connection, has_default_user_spaces)

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

// What is secret of a dbt connection, by where it stands in it: "/personal_access_token", "/environment/KEY/value".
using dbt_secrets = std::map<std::string, json::raw>;

// A dbt connection as clients send it, in the form in which it is stored.
struct dbt_connection {
    dbt_project_type type = dbt_project_type::none;
    pg::json_text settings; // an object: everything but the type and the secrets
    dbt_secrets secrets;    // stored encrypted; what is null or empty was not given

    static constexpr std::string_view json_schema =
        R"({"type":"object","properties":{"type":{"type":"string","enum":["dbt","dbt_cloud_ide","github","gitlab",)"
        R"("bitbucket","azure_devops","none","manifest"]}},"required":["type"]})";
};
LIGHTDASH_DESCRIBE(dbt_connection, type, settings)
// Takes tokens, passwords and keys apart from the rest.
bool read_json(const json::reader& at, dbt_connection& into);

// What a client says of a project that stands in columns of the same names.
struct project_content {
    std::string name;
    std::optional<project_type> type; // DEFAULT when absent
    std::optional<std::string> dbt_version;
};
LIGHTDASH_DESCRIBE(project_content, name, type, dbt_version)

struct project_draft : project_content {
    projects::dbt_connection dbt_connection;
    std::optional<project_id> upstream_project_uuid;
    std::optional<credentials_id> organization_warehouse_credentials_uuid;
};
LIGHTDASH_DESCRIBE_DERIVED(project_draft, project_content, dbt_connection, upstream_project_uuid,
                           organization_warehouse_credentials_uuid)

// The body of POST /org/projects. Of the organization's credentials and a connection of its own, the first counts.
struct new_project : project_draft {
    std::optional<warehouses::connection_draft> warehouse_connection;
    std::optional<bool> copy_warehouse_connection_from_upstream_project;
    json::read_only<bool> copy_content; // hasContentCopy tells that nothing was copied
    void validate(json::faults& faults) const;
};
LIGHTDASH_DESCRIBE_DERIVED(new_project, project_draft, warehouse_connection,
                           copy_warehouse_connection_from_upstream_project, copy_content)

struct project_patch {
    std::optional<std::string> name;
    std::optional<std::string> dbt_version;
};
LIGHTDASH_DESCRIBE(project_patch, name, dbt_version)

// The body of PATCH /projects/{project}: clients send back all that GET gave them; what cannot be changed is ignored.
struct project_changes : project_patch {
    static constexpr auto unknown_members = json::unknown_members::ignore;

    std::optional<projects::dbt_connection> dbt_connection;
    // The organization's credentials count where both are given; null takes away what the project has of that kind.
    json::patch<warehouses::connection_draft> warehouse_connection;
    json::patch<credentials_id> organization_warehouse_credentials_uuid;
    void validate(json::faults& faults) const;
};
LIGHTDASH_DESCRIBE_DERIVED(project_changes, project_patch, dbt_connection, warehouse_connection,
                           organization_warehouse_credentials_uuid)

// What routes of their own change of a project: of each the columns that are given.
struct project_settings {
    json::omittable<std::string> name;
    json::omittable<std::string> scheduler_timezone;
    json::patch<project_id> upstream_project_id;
    json::patch<std::int32_t> results_cache_ttl_seconds;
};
LIGHTDASH_DESCRIBE(project_settings, name, scheduler_timezone, upstream_project_id, results_cache_ttl_seconds)

// The body of PATCH /projects/{project}/details.
struct new_name {
    std::string name;
    void validate(json::faults& faults) const;
};
LIGHTDASH_DESCRIBE(new_name, name)

// The body of PATCH /projects/{project}/metadata.
struct new_upstream {
    json::patch<project_id> upstream_project_uuid;
};
LIGHTDASH_DESCRIBE(new_upstream, upstream_project_uuid)

// The body of PATCH /projects/{project}/schedulerSettings.
struct new_scheduler_settings {
    std::string scheduler_timezone;
    void validate(json::faults& faults) const;
};
LIGHTDASH_DESCRIBE(new_scheduler_settings, scheduler_timezone)

// GET /projects/{project}/results-cache-config.
struct results_cache_config {
    static constexpr std::int32_t instance_default = 24 * 60 * 60; // seconds

    project_id project_uuid;
    std::optional<std::int32_t> cache_ttl_seconds; // null: the default
    std::int32_t instance_default_ttl_seconds;
};
LIGHTDASH_DESCRIBE(results_cache_config, project_uuid, cache_ttl_seconds, instance_default_ttl_seconds)

// The body of the PATCH: what GET gave is taken back.
struct new_results_cache_config {
    static constexpr auto unknown_members = json::unknown_members::ignore;

    json::raw cache_ttl_seconds; // what is no whole number in bounds is a 400: see ttl()
    // Throws invalid_parameter.
    std::optional<std::int32_t> ttl() const;
};
LIGHTDASH_DESCRIBE(new_results_cache_config, cache_ttl_seconds)

} // namespace lightdash::projects
