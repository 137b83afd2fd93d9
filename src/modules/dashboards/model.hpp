// Dashboards and their tiles: what the API tells and takes, and its rules.
#pragma once

#include "lightdash/api/schema_for.hpp"
#include "lightdash/core/describe.hpp"
#include "lightdash/json/json.hpp"
#include "modules/shared/ids.hpp"
#include "modules/shared/values.hpp"
#include "modules/users/model.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lightdash {

enum class tile_type : unsigned char { saved_chart, sql_chart, markdown, loom, heading };
LIGHTDASH_DESCRIBE_ENUM(tile_type, saved_chart, sql_chart, markdown, loom, heading)

// One line of GET /projects/{project}/dashboards.
struct dashboard_summary {
    dashboard_id uuid;
    project_id project_uuid;
    organization_id organization_uuid;
    std::string name;
    std::optional<std::string> description;
    std::string slug;
    pg::timestamp updated_at;
    std::optional<user_reference> updated_by_user;
    std::vector<tile_type> tile_types;
    std::optional<lightdash::uuid> space_uuid; // until spaces exist: null
    std::int64_t views;
};
LIGHTDASH_DESCRIBE(dashboard_summary, uuid, project_uuid, organization_uuid, name, description, slug, updated_at,
                   updated_by_user, tile_types, space_uuid, views)

struct dashboard {
    dashboard_id uuid;
    project_id project_uuid;
    organization_id organization_uuid;
    std::string name;
    std::optional<std::string> description;
    std::string slug;
    pg::json_text tabs;
    pg::json_text filters;
    pg::json_text parameters;
    pg::json_text config;
    pg::timestamp created_at;
    pg::timestamp updated_at;
    std::optional<user_reference> updated_by_user;
};
LIGHTDASH_DESCRIBE(dashboard, uuid, project_uuid, organization_uuid, name, description, slug, tabs, filters, parameters,
                   config, created_at, updated_at, updated_by_user)

// What a tile shows: its stored settings, and for a chart what is known of it now.
struct tile_properties {
    pg::json_text settings;
    std::optional<chart_id> saved_chart_uuid;
    std::optional<std::string> chart_name;
    std::optional<std::string> chart_slug;
    std::optional<std::string> chart_kind;
};
LIGHTDASH_DESCRIBE(tile_properties, settings, saved_chart_uuid, chart_name, chart_slug, chart_kind)

struct dashboard_tile {
    tile_id uuid;
    tile_type type;
    std::int32_t x, y, w, h;
    std::optional<lightdash::uuid> tab_uuid;
    tile_properties properties;
};
LIGHTDASH_DESCRIBE(dashboard_tile, uuid, type, x, y, w, h, tab_uuid, properties)

// One object: the settings' members, and those of a chart beside them.
void write_json(std::string& out, const tile_properties& properties);
template <>
inline constexpr std::string_view api::schema_for<tile_properties> =
    R"({"type":"object","properties":{"savedChartUuid":{"type":["string","null"],"format":"uuid"},)"
    R"("belongsToDashboard":{"type":"boolean"},"chartName":{"type":["string","null"]},)"
    R"("chartSlug":{"type":["string","null"]},"lastVersionChartKind":{"type":["string","null"]},)"
    R"("savedSqlUuid":{"type":["string","null"],"format":"uuid"},"title":{"type":"string"},)"
    R"("content":{"type":"string"},"url":{"type":"string"},"text":{"type":"string"},"hideTitle":{"type":"boolean"},)"
    R"("hideFrame":{"type":"boolean"},"showDivider":{"type":"boolean"}}})";

// A row of a dashboard joined with its tiles.
struct dashboard_with_tile {
    lightdash::dashboard dashboard;
    std::optional<dashboard_tile> tile;
};
LIGHTDASH_DESCRIBE(dashboard_with_tile, dashboard, tile)

// GET /dashboards/{dashboard}: with what has no table yet.
struct dashboard_details : lightdash::dashboard {
    explicit dashboard_details(lightdash::dashboard d) : lightdash::dashboard(std::move(d)) {}

    std::vector<dashboard_tile> tiles;
    std::optional<lightdash::uuid> space_uuid, pinned_list_uuid;
    std::optional<std::string> space_name, first_viewed_at;
    std::optional<std::int64_t> pinned_list_order;
    std::int64_t views = 0;
    bool is_private = false;
    bool inherits_from_org_or_project = true;
    std::vector<std::string> access;
};
LIGHTDASH_DESCRIBE_DERIVED(dashboard_details, lightdash::dashboard, tiles, space_uuid, space_name, views,
                           first_viewed_at, pinned_list_uuid, pinned_list_order, is_private,
                           inherits_from_org_or_project, access)

// What a client says of a tile's properties, of every type; which of them belong to which type is checked by new_tile.
struct new_tile_properties {
    json::patch<chart_id> saved_chart_uuid; // null: the chart was deleted
    json::patch<lightdash::uuid> saved_sql_uuid;
    std::optional<std::string> title;
    json::omittable<std::string> content, url, text;
    std::optional<bool> hide_title, hide_frame, show_divider;
    // Read-only: clients send back what GET gave them.
    std::optional<std::string> chart_name, chart_slug, last_version_chart_kind;
    std::optional<bool> belongs_to_dashboard;
};
LIGHTDASH_DESCRIBE(new_tile_properties, saved_chart_uuid, saved_sql_uuid, title, content, url, text, hide_title,
                   hide_frame, show_divider, chart_name, chart_slug, last_version_chart_kind, belongs_to_dashboard)

struct new_tile {
    std::optional<tile_id> uuid;
    tile_type type;
    std::int32_t x, y, w, h;
    std::optional<lightdash::uuid> tab_uuid;
    new_tile_properties properties;
    void validate(json::faults& faults) const;

    std::optional<chart_id> chart() const { return properties.saved_chart_uuid.value; }
    std::string settings() const; // of its type's members only, as JSON
};
LIGHTDASH_DESCRIBE(new_tile, uuid, type, x, y, w, h, tab_uuid, properties)

// api.md 2.7
inline constexpr std::size_t most_tiles = 300;
inline constexpr std::size_t most_tabs = 50;
using new_tiles = json::list<new_tile, most_tiles>;

struct dashboard_tab {
    lightdash::uuid uuid;
    std::string name;
    std::int64_t order;
    void validate(json::faults& faults) const;
};
LIGHTDASH_DESCRIBE(dashboard_tab, uuid, name, order)
using dashboard_tabs = json::list<dashboard_tab, most_tabs>;

struct dashboard_filters {
    json::or_default<std::vector<json::raw>> dimensions, metrics, table_calculations;
};
LIGHTDASH_DESCRIBE(dashboard_filters, dimensions, metrics, table_calculations)

// The body of POST /projects/{project}/dashboards.
struct new_dashboard {
    std::string name;
    std::optional<std::string> description;
    new_tiles tiles;
    std::optional<dashboard_tabs> tabs;
    std::optional<dashboard_filters> filters;
    std::optional<json::raw> parameters;
    std::optional<json::raw> config;
    json::omittable<std::vector<std::string>> date_zoom_granularities; // belong to the config
    std::optional<std::string> slug;
    std::optional<json::raw> version;          // of the form of content as code: says nothing here
    std::optional<lightdash::uuid> space_uuid; // refused unless null: spaces do not exist yet
    void validate(json::faults& faults) const;
};
LIGHTDASH_DESCRIBE(new_dashboard, name, description, tiles, tabs, filters, parameters, config, date_zoom_granularities,
                   slug, version, space_uuid)

// The body of PATCH /dashboards/{dashboard}: absent members stay as they are; tiles, when present, replace all.
struct dashboard_changes {
    json::omittable<std::string> name;
    json::patch<std::string> description;
    json::omittable<new_tiles> tiles;
    json::omittable<dashboard_tabs> tabs;
    json::omittable<dashboard_filters> filters;
    json::omittable<json::raw> parameters;
    json::omittable<json::raw> config;
    json::omittable<std::vector<std::string>> date_zoom_granularities;
    std::optional<json::raw> version;
    std::optional<lightdash::uuid> space_uuid;
    void validate(json::faults& faults) const;
};
LIGHTDASH_DESCRIBE(dashboard_changes, name, description, tiles, tabs, filters, parameters, config,
                   date_zoom_granularities, version, space_uuid)

// What goes into the config beside what the client sent as such, as one object; null when there is nothing.
std::optional<json::raw> more_config(const json::omittable<std::vector<std::string>>& zoom_granularities);

} // namespace lightdash
