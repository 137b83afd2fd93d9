// Charts, dashboards and spaces as one list, and what is done with any of them.
#pragma once

#include "lightdash/api/query.hpp"
#include "lightdash/core/describe.hpp"
#include "lightdash/json/json.hpp"
#include "modules/shared/ids.hpp"
#include "modules/shared/values.hpp"
#include "modules/users/model.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace lightdash::content {

enum class content_type : unsigned char { chart, dashboard, space };
LIGHTDASH_DESCRIBE_ENUM(content_type, chart, dashboard, space)

// What a chart is made from.
enum class chart_source : unsigned char { dbt_explore, sql };
LIGHTDASH_DESCRIBE_ENUM(chart_source, dbt_explore, sql)

struct named_thing {
    lightdash::uuid uuid;
    std::string name;
};
LIGHTDASH_DESCRIBE(named_thing, uuid, name)

struct person {
    user_id uuid;
    std::string first_name, last_name;
};
LIGHTDASH_DESCRIBE(person, uuid, first_name, last_name)

// What every item of GET /api/v2/content tells. A space lies in itself.
struct content {
    content_type content_type;
    lightdash::uuid uuid;
    std::string slug;
    std::string name;
    std::optional<std::string> description;
    pg::timestamp created_at;
    std::optional<person> created_by;
    pg::timestamp last_updated_at;
    std::optional<person> last_updated_by;
    named_thing project, organization;
    std::optional<named_thing> space;
};
LIGHTDASH_DESCRIBE(content, content_type, uuid, slug, name, description, created_at, created_by, last_updated_at,
                   last_updated_by, project, organization, space)

// The row that it is made from.
struct content_row : content {
    std::string chart_kind;
    std::optional<named_thing> dashboard;
    std::optional<bool> is_private;
    std::vector<user_id> access;
    std::int64_t chart_count, dashboard_count;
};
LIGHTDASH_DESCRIBE_DERIVED(content_row, content, chart_kind, dashboard, is_private, access, chart_count,
                           dashboard_count)

// With what each type tells beside that, and with what has no table yet.
struct content_item : content {
    explicit content_item(content_row row);

    std::optional<named_thing> pinned_list;
    std::int64_t views = 0;
    std::optional<std::string> first_viewed_at;
    // of charts
    json::omittable<chart_source> source;
    json::omittable<std::string> chart_kind;
    json::omittable<std::optional<named_thing>> dashboard; // that it belongs to
    // of spaces
    json::omittable<bool> is_private;
    json::omittable<std::vector<user_id>> access; // who has a grant of their own
    json::omittable<std::int64_t> chart_count, dashboard_count, child_space_count;
    json::omittable<std::optional<space_id>> parent_space_uuid;
    json::omittable<std::string> path;
};
LIGHTDASH_DESCRIBE_DERIVED(content_item, content, pinned_list, views, first_viewed_at, source, chart_kind, dashboard,
                           is_private, access, chart_count, dashboard_count, child_space_count, parent_space_uuid, path)

enum class content_order : unsigned char { name, space_name, last_updated_at };
LIGHTDASH_DESCRIBE_ENUM(content_order, name, space_name, last_updated_at)

// The query parameters of the list.
struct content_query {
    api::page_request page;
    api::search search;
    std::vector<project_id> project_uuids;
    std::vector<space_id> space_uuids; // what lies in them
    std::vector<content_type> content_types;
    std::optional<content_order> sort_by;              // last_updated_at when absent
    std::optional<api::sort_direction> sort_direction; // when absent: the newest first, names from A to Z
};
LIGHTDASH_DESCRIBE(content_query, page, search, project_uuids, space_uuids, content_types, sort_by, sort_direction)

// One line of GET /api/v2/content/deleted, and the row that it is made from.
struct deleted_content {
    lightdash::uuid uuid;
    std::string name;
    std::optional<std::string> description;
    content_type content_type;
    pg::timestamptz deleted_at;
    std::optional<users::user_reference> deleted_by;
    std::optional<space_id> space_uuid;
    std::optional<std::string> space_name;
    project_id project_uuid;
    organization_id organization_uuid;
};
LIGHTDASH_DESCRIBE(deleted_content, uuid, name, description, content_type, deleted_at, deleted_by, space_uuid,
                   space_name, project_uuid, organization_uuid)

struct deleted_row : deleted_content {
    std::string chart_kind;
};
LIGHTDASH_DESCRIBE_DERIVED(deleted_row, deleted_content, chart_kind)

struct deleted_item : deleted_content {
    explicit deleted_item(deleted_row row);

    json::omittable<chart_source> source; // of charts, as the next
    json::omittable<std::string> chart_kind;
};
LIGHTDASH_DESCRIBE_DERIVED(deleted_item, deleted_content, source, chart_kind)

struct deleted_query {
    api::page_request page;
    api::search search;
    std::vector<project_id> project_uuids;
    std::vector<content_type> content_types;
    std::vector<user_id> deleted_by_user_uuids;
};
LIGHTDASH_DESCRIBE(deleted_query, page, search, project_uuids, content_types, deleted_by_user_uuids)

// The chart or dashboard that something is done with.
struct content_reference {
    lightdash::uuid uuid;
    content_type content_type;
    json::omittable<chart_source> source;
    void validate(json::faults& faults) const;
};
LIGHTDASH_DESCRIBE(content_reference, uuid, content_type, source)

// The body of POST /api/v2/content/{project}/restore and DELETE …/permanent.
struct named_content {
    content_reference item;
};
LIGHTDASH_DESCRIBE(named_content, item)

enum class content_action : unsigned char { move };
LIGHTDASH_DESCRIBE_ENUM(content_action, move)

struct move_action {
    content_action type;
    std::optional<space_id> target_space_uuid;
    void validate(json::faults& faults) const;
};
LIGHTDASH_DESCRIBE(move_action, type, target_space_uuid)

// The body of POST /api/v2/content/{project}/move.
struct content_move {
    content_reference item;
    move_action action;
};
LIGHTDASH_DESCRIBE(content_move, item, action)

} // namespace lightdash::content
