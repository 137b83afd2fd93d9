// Dashboards and their tiles: what the API tells and takes, and its rules.
#pragma once

#include "lightdash/api/schema.hpp"
#include "lightdash/core/describe.hpp"
#include "lightdash/json/json.hpp"
#include "modules/shared/ids.hpp"
#include "modules/shared/jsonb.hpp"
#include "modules/shared/values.hpp"
#include "modules/users/model.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace lightdash::dashboards {

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
    std::optional<users::user_reference> updated_by_user;
    std::vector<tile_type> tile_types;
    std::optional<space_id> space_uuid;
};
LIGHTDASH_DESCRIBE(dashboard_summary, uuid, project_uuid, organization_uuid, name, description, slug, updated_at,
                   updated_by_user, tile_types, space_uuid)

// What has no table yet.
struct not_kept_yet {
    std::int64_t views = 0;
    std::optional<std::string> first_viewed_at;
    std::optional<lightdash::uuid> pinned_list_uuid;
    std::optional<std::int64_t> pinned_list_order;
};
LIGHTDASH_DESCRIBE(not_kept_yet, views, first_viewed_at, pinned_list_uuid, pinned_list_order)

struct listed_dashboard : dashboard_summary, not_kept_yet {
    explicit listed_dashboard(dashboard_summary d) : dashboard_summary(std::move(d)) {}
};
BOOST_DESCRIBE_STRUCT(listed_dashboard, (dashboard_summary, not_kept_yet), ())

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
    std::optional<users::user_reference> updated_by_user;
    version_id version_uuid; // another one after each save
    std::int64_t dashboard_version_id;
    std::optional<space_id> space_uuid;
    std::optional<std::string> space_name;
    bool inherits_from_org_or_project; // its space does
    pg::json_text access;              // the caller's, to its space
};
LIGHTDASH_DESCRIBE(dashboard, uuid, project_uuid, organization_uuid, name, description, slug, tabs, filters, parameters,
                   config, created_at, updated_at, updated_by_user, version_uuid, dashboard_version_id, space_uuid,
                   space_name, inherits_from_org_or_project, access)

// What a tile shows: its stored settings, and for a chart what is known of it now.
struct tile_properties {
    pg::json_text settings;
    std::optional<chart_id> saved_chart_uuid;
    std::optional<std::string> chart_name;
    std::optional<std::string> chart_slug;
    std::optional<std::string> chart_kind;
    std::optional<bool> belongs_to_dashboard;

    static constexpr std::string_view json_schema =
        R"({"type":"object","properties":{"savedChartUuid":{"type":["string","null"],"format":"uuid"},)"
        R"("belongsToDashboard":{"type":"boolean"},"chartName":{"type":["string","null"]},)"
        R"("chartSlug":{"type":["string","null"]},"lastVersionChartKind":{"type":["string","null"]},)"
        R"("savedSqlUuid":{"type":["string","null"],"format":"uuid"},"title":{"type":"string"},)"
        R"("content":{"type":"string"},"url":{"type":"string"},"text":{"type":"string"},"hideTitle":{"type":"boolean"},)"
        R"("hideFrame":{"type":"boolean"},"showDivider":{"type":"boolean"}}})";
};
LIGHTDASH_DESCRIBE(tile_properties, settings, saved_chart_uuid, chart_name, chart_slug, chart_kind,
                   belongs_to_dashboard)

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

// A row of a dashboard joined with its tiles.
struct dashboard_with_tile {
    dashboards::dashboard dashboard;
    std::optional<dashboard_tile> tile;
};
LIGHTDASH_DESCRIBE(dashboard_with_tile, dashboard, tile)

// GET /dashboards/{dashboard}: with what has no table yet.
struct dashboard_details : dashboards::dashboard, not_kept_yet {
    explicit dashboard_details(dashboards::dashboard d)
        : dashboards::dashboard(std::move(d)), is_private(!inherits_from_org_or_project)
    {}

    std::vector<dashboard_tile> tiles;
    bool is_private;
};
BOOST_DESCRIBE_STRUCT(dashboard_details, (dashboards::dashboard, not_kept_yet), (tiles, is_private))

// What the tiles of each type show, as clients say it: the members of the API's `properties`, and those that the column
// of that name keeps.
struct chart_settings {
    json::omittable_or_null<std::string> title;
    json::omittable_or_null<std::string> chart_name; // of a chart that was deleted; otherwise the chart's own is shown
    json::omittable_or_null<bool> hide_title;
};
LIGHTDASH_DESCRIBE(chart_settings, title, chart_name, hide_title)

struct chart_tile : chart_settings {
    json::patch<chart_id> saved_chart_uuid; // null: the chart was deleted
    json::read_only<std::string> chart_slug, last_version_chart_kind;
    json::read_only<bool> belongs_to_dashboard;
    void validate(json::faults& faults) const;
    chart_settings kept() const; // the chart is a column of its own
};
LIGHTDASH_DESCRIBE_DERIVED(chart_tile, chart_settings, saved_chart_uuid, chart_slug, last_version_chart_kind,
                           belongs_to_dashboard)

struct no_chart { // refuses everything
    static constexpr std::string_view json_schema = R"({"type":"null"})";
};
bool read_json(const json::reader& at, no_chart& into);

struct sql_chart_tile {
    json::patch<lightdash::uuid> saved_sql_uuid;
    json::omittable_or_null<std::string> title, chart_name;
    json::omittable_or_null<bool> hide_title;
    json::read_only<no_chart> saved_chart_uuid;
    void validate(json::faults& faults) const;
};
LIGHTDASH_DESCRIBE(sql_chart_tile, saved_sql_uuid, title, chart_name, hide_title, saved_chart_uuid)

struct markdown_tile {
    std::string title, content;
    json::omittable_or_null<bool> hide_frame;
    json::read_only<no_chart> saved_chart_uuid;
    void validate(json::faults& faults) const;
};
LIGHTDASH_DESCRIBE(markdown_tile, title, content, hide_frame, saved_chart_uuid)

struct loom_tile {
    std::string title, url;
    json::omittable_or_null<bool> hide_title;
    json::read_only<no_chart> saved_chart_uuid;
    void validate(json::faults& faults) const;
};
LIGHTDASH_DESCRIBE(loom_tile, title, url, hide_title, saved_chart_uuid)

struct heading_tile {
    std::string text;
    json::omittable_or_null<bool> show_divider;
    json::read_only<no_chart> saved_chart_uuid;
};
LIGHTDASH_DESCRIBE(heading_tile, text, show_divider, saved_chart_uuid)

using new_tile_properties =
    json::tagged<tile_type, "type", chart_tile, sql_chart_tile, markdown_tile, loom_tile, heading_tile>;

struct new_tile {
    std::optional<tile_id> uuid;
    tile_type type;
    std::int32_t x, y, w, h;
    std::optional<lightdash::uuid> tab_uuid;
    new_tile_properties properties;
    void validate(json::faults& faults) const;

    std::optional<chart_id> chart() const;
    std::string settings() const; // what the column keeps of the properties, as JSON
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

// What DELETE /dashboards/{dashboard} tells: the charts that belonged to it and went with it.
struct deleted_with_dashboard {
    chart_id uuid;
    std::string name;
};
LIGHTDASH_DESCRIBE(deleted_with_dashboard, uuid, name)

struct deleted_dashboard {
    std::vector<deleted_with_dashboard> charts;
};
LIGHTDASH_DESCRIBE(deleted_dashboard, charts)

// What a client says of a dashboard that stands in columns of the same names.
struct dashboard_content {
    std::string name;
    std::optional<std::string> description;
    std::optional<jsonb<dashboard_tabs>> tabs;
    std::optional<jsonb<dashboard_filters>> filters;
    std::optional<json::raw> parameters, config;
};
LIGHTDASH_DESCRIBE(dashboard_content, name, description, tabs, filters, parameters, config)

// The body of POST /projects/{project}/dashboards.
struct new_dashboard : dashboard_content {
    new_tiles tiles;
    json::omittable<std::vector<std::string>> date_zoom_granularities; // belong to the config
    std::optional<std::string> slug;
    std::optional<json::raw> version;   // of the form of content as code: says nothing here
    std::optional<space_id> space_uuid; // the first that the caller may write to when absent
    void validate(json::faults& faults) const;
};
LIGHTDASH_DESCRIBE_DERIVED(new_dashboard, dashboard_content, tiles, date_zoom_granularities, slug, version, space_uuid)

// The body of POST /projects/{project}/dashboards?duplicateFrom=…
struct dashboard_copy {
    json::omittable<std::string> dashboard_name; // "Copy of …" when absent
    json::omittable_or_null<std::string> dashboard_desc;
    void validate(json::faults& faults) const;
};
LIGHTDASH_DESCRIBE(dashboard_copy, dashboard_name, dashboard_desc)

// Whichever the body looks like.
struct dashboard_request {
    std::optional<new_dashboard> dashboard;
    std::optional<dashboard_copy> copy;

    static void write_schema(std::string& out, api::schemas& known, api::direction way);
};
LIGHTDASH_DESCRIBE(dashboard_request, dashboard, copy)
bool read_json(const json::reader& at, dashboard_request& into);

// What stands in no version.
struct dashboard_naming {
    json::omittable<std::string> name;
    json::patch<std::string> description;
};
LIGHTDASH_DESCRIBE(dashboard_naming, name, description)

struct dashboard_patch : dashboard_naming {
    json::omittable<jsonb<dashboard_tabs>> tabs;
    json::omittable<jsonb<dashboard_filters>> filters;
    json::omittable<json::raw> parameters, config;
};
LIGHTDASH_DESCRIBE_DERIVED(dashboard_patch, dashboard_naming, tabs, filters, parameters, config)

// The body of PATCH /dashboards/{dashboard}: absent members stay as they are; tiles, when present, replace all. What a
// GET told may be sent back whole.
struct dashboard_changes : dashboard_patch {
    json::omittable<new_tiles> tiles;
    json::omittable<std::vector<std::string>> date_zoom_granularities;
    std::optional<version_id> version_uuid; // what must still be the present version
    std::optional<json::raw> version;
    std::optional<space_id> space_uuid; // where it goes, with the charts that belong to it
    json::read_only<dashboard_id> uuid;
    json::read_only<project_id> project_uuid;
    json::read_only<organization_id> organization_uuid;
    json::read_only<std::int64_t> dashboard_version_id, views, pinned_list_order;
    json::read_only<std::string> slug, created_at, updated_at, space_name, first_viewed_at;
    json::read_only<users::user_reference> updated_by_user;
    json::read_only<lightdash::uuid> pinned_list_uuid;
    json::read_only<bool> is_private, inherits_from_org_or_project;
    json::read_only<json::raw> access;
    void validate(json::faults& faults) const;

    bool make_a_version() const { return tiles || tabs || filters || parameters || config || date_zoom_granularities; }
};
LIGHTDASH_DESCRIBE_DERIVED(dashboard_changes, dashboard_patch, tiles, date_zoom_granularities, version_uuid, version,
                           space_uuid, uuid, project_uuid, organization_uuid, dashboard_version_id, views,
                           pinned_list_order, slug, created_at, updated_at, space_name, first_viewed_at,
                           updated_by_user, pinned_list_uuid, is_private, inherits_from_org_or_project, access)

// Who saved last.
struct last_save {
    version_id version_uuid;
    std::int64_t dashboard_version_id;
    pg::timestamp updated_at;
    std::optional<users::user_reference> updated_by_user;
};
LIGHTDASH_DESCRIBE(last_save, version_uuid, dashboard_version_id, updated_at, updated_by_user)

// GET /dashboards/{dashboard}/history: newest first; the first is the present one.
struct dashboard_version {
    dashboard_id dashboard_uuid;
    version_id version_uuid;
    std::int64_t dashboard_version_id;
    pg::timestamp created_at;
    std::optional<users::user_reference> created_by;
};
LIGHTDASH_DESCRIBE(dashboard_version, dashboard_uuid, version_uuid, dashboard_version_id, created_at, created_by)

struct dashboard_history {
    std::vector<dashboard_version> history;
};
LIGHTDASH_DESCRIBE(dashboard_history, history)

// What goes into the config beside what the client sent as such, as one object; null when there is nothing.
std::optional<json::raw> more_config(const json::omittable<std::vector<std::string>>& zoom_granularities);

} // namespace lightdash::dashboards
