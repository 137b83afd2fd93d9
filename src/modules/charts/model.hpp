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
#include <string_view>
#include <utility>
#include <vector>

namespace lightdash::api {
class schemas;
enum class direction : unsigned char;
} // namespace lightdash::api

namespace lightdash::charts {

// What may stand in SQL as a quoted alias.
bool is_field_id(std::string_view id);
inline constexpr std::string_view field_id_rule = "A field id holds letters, digits, underscores and dots only.";

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

// One line of GET /projects/{project}/chart-summaries.
struct chart_summary {
    chart_id uuid;
    project_id project_uuid;
    organization_id organization_uuid;
    std::string name;
    std::optional<std::string> description;
    std::string slug;
    chart_status status;
    std::optional<std::string> chart_type;
    std::optional<std::string> chart_kind; // the type as it looks: vertical_bar, line, …
    std::optional<space_id> space_uuid;
    std::optional<std::string> space_name;
    std::optional<dashboard_id> dashboard_uuid;
    std::optional<std::string> dashboard_name;
    pg::timestamp updated_at;
    std::optional<users::user_reference> updated_by_user;
};
LIGHTDASH_DESCRIBE(chart_summary, uuid, project_uuid, organization_uuid, name, description, slug, status, chart_type,
                   chart_kind, space_uuid, space_name, dashboard_uuid, dashboard_name, updated_at, updated_by_user)

// One line of GET /projects/{project}/charts: with what has no table yet.
struct listed_chart : chart_summary {
    explicit listed_chart(chart_summary c) : chart_summary(std::move(c)) {}

    std::int64_t views = 0;
    std::optional<std::string> first_viewed_at;
    std::optional<lightdash::uuid> pinned_list_uuid;
    std::optional<std::int64_t> pinned_list_order;
};
LIGHTDASH_DESCRIBE_DERIVED(listed_chart, chart_summary, views, first_viewed_at, pinned_list_uuid, pinned_list_order)

struct chart {
    chart_id uuid;
    version_id version_uuid;
    project_id project_uuid;
    organization_id organization_uuid;
    std::optional<space_id> space_uuid;
    std::optional<std::string> space_name;
    std::optional<dashboard_id> dashboard_uuid;
    std::optional<std::string> dashboard_name;
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
    bool inherits_from_org_or_project; // its space does
    pg::json_text access;              // the caller's, to its space
};
LIGHTDASH_DESCRIBE(chart, uuid, version_uuid, project_uuid, organization_uuid, space_uuid, space_name, dashboard_uuid,
                   dashboard_name, name, description, table_name, metric_query, chart_config, table_config,
                   pivot_config, parameters, slug, status, created_at, updated_at, updated_by_user,
                   inherits_from_org_or_project, access)

// GET /saved/{chart}: with what every content object carries of tables that do not exist yet.
struct chart_details : chart {
    explicit chart_details(chart c) : chart(std::move(c)), is_private(!inherits_from_org_or_project) {}

    bool is_private;
    std::optional<lightdash::uuid> pinned_list_uuid;
    std::optional<std::int64_t> pinned_list_order;
    std::vector<std::string> color_palette;
};
LIGHTDASH_DESCRIBE_DERIVED(chart_details, chart, is_private, pinned_list_uuid, pinned_list_order, color_palette)

// One line of GET /saved/{chart}/history.
struct version_summary {
    chart_id chart_uuid;
    version_id version_uuid;
    pg::timestamptz created_at;
    std::optional<users::user_reference> created_by;
};
LIGHTDASH_DESCRIBE(version_summary, chart_uuid, version_uuid, created_at, created_by)

struct chart_history {
    std::vector<version_summary> history; // newest first
};
LIGHTDASH_DESCRIBE(chart_history, history)

// GET /saved/{chart}/version/{version}: the chart with what that version said.
struct chart_version : version_summary {
    chart_version(const version_summary& v, chart_details c) : version_summary(v), chart(std::move(c)) {}

    chart_details chart;
};
LIGHTDASH_DESCRIBE_DERIVED(chart_version, version_summary, chart)

// What DELETE /saved/{chart} tells: the dashboards whose tiles showed it.
struct touched_dashboard {
    dashboard_id uuid;
    std::string name;
};
LIGHTDASH_DESCRIBE(touched_dashboard, uuid, name)

struct deleted_chart {
    std::vector<touched_dashboard> dashboards;
};
LIGHTDASH_DESCRIBE(deleted_chart, dashboards)

// Groups of rules, kept as they came; their form, operators and number are checked.
struct query_filters : json::raw {
    using json_type = json::raw;
};
bool read_json(const json::reader& at, query_filters& into);
inline void write_json(std::string& out, const query_filters& filters)
{
    json::write_raw(out, filters);
}

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
    query_filters filters;
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

// What a client says of a chart that stands in columns of the same names: the part that has versions, and the whole.
struct chart_definition {
    std::string table_name;
    jsonb<charts::metric_query> metric_query;
    jsonb<charts::chart_config> chart_config;
    jsonb<charts::table_config> table_config;
    std::optional<jsonb<charts::pivot_config>> pivot_config;
    std::optional<json::raw> parameters;
    void validate(json::faults& faults) const;
};
LIGHTDASH_DESCRIBE(chart_definition, table_name, metric_query, chart_config, table_config, pivot_config, parameters)

struct chart_content : chart_definition {
    std::string name;
    std::optional<std::string> description;
    std::optional<chart_status> status; // active when absent
};
LIGHTDASH_DESCRIBE_DERIVED(chart_content, chart_definition, name, description, status)

// What GET tells of a chart and nobody can change: clients send back all that they got.
struct told_of_chart {
    json::read_only<chart_id> uuid;
    json::read_only<project_id> project_uuid;
    json::read_only<organization_id> organization_uuid;
    json::read_only<std::string> slug, space_name, dashboard_name, created_at, updated_at;
    json::read_only<users::user_reference> updated_by_user;
    json::read_only<bool> is_private, inherits_from_org_or_project;
    json::read_only<lightdash::uuid> pinned_list_uuid;
    json::read_only<std::int64_t> pinned_list_order;
    json::read_only<std::vector<std::string>> color_palette;
    json::read_only<json::raw> access;
};
LIGHTDASH_DESCRIBE(told_of_chart, uuid, project_uuid, organization_uuid, slug, space_name, dashboard_name, created_at,
                   updated_at, updated_by_user, is_private, inherits_from_org_or_project, pinned_list_uuid,
                   pinned_list_order, color_palette, access)

// The body of POST /saved/{chart}/version.
struct new_version : chart_definition, told_of_chart {
    std::optional<version_id> version_uuid; // the one that it changes: refused when it is not the newest any more
    json::read_only<std::string> name, description;
    json::read_only<chart_status> status;
    json::read_only<space_id> space_uuid;
    json::read_only<dashboard_id> dashboard_uuid;
};
BOOST_DESCRIBE_STRUCT(new_version, (chart_definition, told_of_chart),
                      (version_uuid, name, description, status, space_uuid, dashboard_uuid))

// The body of POST /projects/{project}/saved.
struct new_chart : chart_content {
    std::optional<std::string> slug;
    std::optional<json::raw> version; // of the form of content as code: says nothing here
    std::optional<space_id> space_uuid;
    std::optional<dashboard_id> dashboard_uuid; // its space decides, also beside a spaceUuid
    void validate(json::faults& faults) const;
};
LIGHTDASH_DESCRIBE_DERIVED(new_chart, chart_content, slug, version, space_uuid, dashboard_uuid)

// The same body with ?duplicateFrom=: what the copy is called.
struct chart_copy {
    json::omittable<std::string> chart_name; // "Copy of …" when absent
    json::omittable_or_null<std::string> chart_desc;
    void validate(json::faults& faults) const;
};
LIGHTDASH_DESCRIBE(chart_copy, chart_name, chart_desc)

// Whichever the body looks like.
struct chart_request {
    std::optional<new_chart> chart;
    std::optional<chart_copy> copy;

    static void write_schema(std::string& out, api::schemas& known, api::direction way);
};
LIGHTDASH_DESCRIBE(chart_request, chart, copy)
bool read_json(const json::reader& at, chart_request& into);

// What of a chart may be changed: the unversioned part only.
struct chart_patch {
    json::omittable<std::string> name;
    json::patch<std::string> description;
    json::omittable<chart_status> status;
};
LIGHTDASH_DESCRIBE(chart_patch, name, description, status)

// The body of PATCH /saved/{chart}.
struct chart_changes : chart_patch, told_of_chart {
    std::optional<version_id> version_uuid; // the one that it changes: refused when it is not the newest any more
    std::optional<json::raw> version;
    std::optional<space_id> space_uuid;       // another one than its dashboard's: it leaves the dashboard
    json::patch<dashboard_id> dashboard_uuid; // decides the space; null: it leaves its dashboard
    json::read_only<std::string> table_name;
    json::read_only<json::raw> metric_query, chart_config, table_config, pivot_config, parameters; // see new_version
    void validate(json::faults& faults) const;
};
BOOST_DESCRIBE_STRUCT(chart_changes, (chart_patch, told_of_chart),
                      (version_uuid, version, space_uuid, dashboard_uuid, table_name, metric_query, chart_config,
                       table_config, pivot_config, parameters))

} // namespace lightdash::charts
