// Charts ("saved" in the API): what is told and taken, and the rules of their definition.
#pragma once

#include "lightdash/core/describe.hpp"
#include "lightdash/json/json.hpp"
#include "modules/shared/ids.hpp"
#include "modules/shared/jsonb.hpp"
#include "modules/shared/values.hpp"
#include "modules/users/model.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lightdash::charts {

enum class chart_status : unsigned char { draft, active, archived };
LIGHTDASH_DESCRIBE_ENUM(chart_status, draft, active, archived)

enum class chart_type : unsigned char {
    cartesian,
    table,
    big_number,
    pie,
    funnel,
    treemap,
    gauge,
    custom,
    map,
    sankey
};
LIGHTDASH_DESCRIBE_ENUM(chart_type, cartesian, table, big_number, pie, funnel, treemap, gauge, custom, map, sankey)

// One line of GET /projects/{project}/charts.
struct chart_summary {
    chart_id uuid;
    project_id project_uuid;
    std::string name;
    std::optional<std::string> description;
    std::string slug;
    chart_status status;
    std::optional<std::string> chart_type;
    pg::timestamp updated_at;
    std::optional<users::user_reference> updated_by_user;
};
LIGHTDASH_DESCRIBE(chart_summary, uuid, project_uuid, name, description, slug, status, chart_type, updated_at,
                   updated_by_user)

struct chart {
    chart_id uuid;
    project_id project_uuid;
    organization_id organization_uuid;
    std::string name;
    std::optional<std::string> description;
    std::string table_name;
    pg::json_text metric_query;
    pg::json_text chart_config;
    pg::json_text table_config;
    std::optional<pg::json_text> pivot_config;
    std::optional<pg::json_text> parameters;
    std::string slug;
    chart_status status;
    pg::timestamp created_at;
    pg::timestamp updated_at;
    std::optional<users::user_reference> updated_by_user;
};
LIGHTDASH_DESCRIBE(chart, uuid, project_uuid, organization_uuid, name, description, table_name, metric_query,
                   chart_config, table_config, pivot_config, parameters, slug, status, created_at, updated_at,
                   updated_by_user)

// What every content object carries of tables that do not exist yet.
struct chart_details : chart {
    explicit chart_details(chart c) : chart(std::move(c)) {}

    std::optional<lightdash::uuid> space_uuid, dashboard_uuid, pinned_list_uuid;
    std::optional<std::string> space_name, dashboard_name;
    std::optional<std::int64_t> pinned_list_order;
    std::vector<std::string> color_palette;
    bool is_private = false;
    bool inherits_from_org_or_project = true;
    std::vector<std::string> access;
};
LIGHTDASH_DESCRIBE_DERIVED(chart_details, chart, space_uuid, space_name, dashboard_uuid, dashboard_name,
                           pinned_list_uuid, pinned_list_order, color_palette, is_private, inherits_from_org_or_project,
                           access)

struct metric_query_sort {
    std::string field_id;
    bool descending;
    json::omittable<bool> nulls_first;
    json::omittable<std::vector<json::raw>> pivot_values;
};
LIGHTDASH_DESCRIBE(metric_query_sort, field_id, descending, nulls_first, pivot_values)

inline constexpr std::size_t most_fields = 200; // dimensions and metrics together

// What a chart asks of its explore (api.md 3.1). Parts that this program does not look into are kept as they came.
struct metric_query {
    std::string explore_name;
    json::list<std::string, most_fields> dimensions;
    json::list<std::string, most_fields> metrics;
    json::raw filters;
    json::list<metric_query_sort, most_fields> sorts;
    std::int64_t limit;
    std::vector<json::raw> table_calculations;
    json::omittable<std::vector<json::raw>> additional_metrics, custom_dimensions;
    json::omittable<json::raw> metric_overrides, dimension_overrides;
    json::omittable<std::string> timezone;
    json::omittable<std::vector<std::string>> pivot_dimensions;
    json::omittable<json::raw> metadata;
    void validate(json::faults& faults) const;
};
LIGHTDASH_DESCRIBE(metric_query, explore_name, dimensions, metrics, filters, sorts, limit, table_calculations,
                   additional_metrics, custom_dimensions, metric_overrides, dimension_overrides, timezone,
                   pivot_dimensions, metadata)

struct chart_config {
    chart_type type;
    json::omittable<json::raw> config; // kept verbatim
};
LIGHTDASH_DESCRIBE(chart_config, type, config)

struct table_config {
    std::vector<std::string> column_order;
};
LIGHTDASH_DESCRIBE(table_config, column_order)

struct pivot_config {
    std::vector<std::string> columns;
    json::omittable<std::vector<std::string>> rows;
};
LIGHTDASH_DESCRIBE(pivot_config, columns, rows)

// What a client says of a chart that stands in columns of the same names.
struct chart_content {
    std::string name;
    std::optional<std::string> description;
    std::string table_name;
    jsonb<charts::metric_query> metric_query;
    jsonb<charts::chart_config> chart_config;
    jsonb<charts::table_config> table_config;
    std::optional<jsonb<charts::pivot_config>> pivot_config;
    std::optional<json::raw> parameters;
    std::optional<chart_status> status; // active when absent
};
LIGHTDASH_DESCRIBE(chart_content, name, description, table_name, metric_query, chart_config, table_config, pivot_config,
                   parameters, status)

// The body of POST /projects/{project}/saved.
struct new_chart : chart_content {
    std::optional<std::string> slug;
    std::optional<json::raw> version;               // of the form of content as code: says nothing here
    std::optional<uuid> space_uuid, dashboard_uuid; // refused unless null: spaces do not exist yet
    void validate(json::faults& faults) const;
};
LIGHTDASH_DESCRIBE_DERIVED(new_chart, chart_content, slug, version, space_uuid, dashboard_uuid)

// What of a chart may be changed: the unversioned part only.
struct chart_patch {
    json::omittable<std::string> name;
    json::patch<std::string> description;
    json::omittable<chart_status> status;
};
LIGHTDASH_DESCRIBE(chart_patch, name, description, status)

// The body of PATCH /saved/{chart}.
struct chart_changes : chart_patch {
    std::optional<json::raw> version;
    std::optional<uuid> space_uuid, dashboard_uuid;
    void validate(json::faults& faults) const;
};
LIGHTDASH_DESCRIBE_DERIVED(chart_changes, chart_patch, version, space_uuid, dashboard_uuid)

} // namespace lightdash::charts
