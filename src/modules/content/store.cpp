#include "modules/content/store.hpp"

#include "lightdash/api/outcome.hpp"
#include "lightdash/sql/builder.hpp"
#include "modules/access/condition.hpp"
#include "modules/charts/service.hpp"
#include "modules/shared/columns.hpp"

#include <algorithm>
#include <array>

namespace lightdash::content {
namespace {

using access::scope;

template <class T>
std::optional<std::vector<T>> some(const std::vector<T>& named)
{
    return named.empty() ? std::nullopt : std::optional{named};
}

bool has(const std::vector<content_type>& types, content_type type)
{
    return types.empty() || std::ranges::find(types, type) != types.end();
}

// Which content is wanted; what is empty says nothing.
struct filter : listing {
    std::optional<std::vector<project_id>> projects;
    bool with_charts, with_dashboards;

    filter(const api::page_request& page, const api::search& search, const std::vector<project_id>& of,
           const std::vector<content_type>& types)
        : listing(page, search), projects(some(of)), with_charts(has(types, content_type::chart)),
          with_dashboards(has(types, content_type::dashboard))
    {}
};
LIGHTDASH_DESCRIBE_DERIVED(filter, listing, projects, with_charts, with_dashboards)

struct content_filter : filter {
    std::optional<std::vector<space_id>> spaces;
    bool with_spaces;
};
LIGHTDASH_DESCRIBE_DERIVED(content_filter, filter, spaces, with_spaces)

struct deleted_filter : filter {
    std::optional<std::vector<user_id>> deleters;
};
LIGHTDASH_DESCRIBE_DERIVED(deleted_filter, filter, deleters)

// The total stands in every row, also in the only one of an empty page.
template <class Row>
struct listed {
    std::int64_t total;
    std::optional<Row> item;
};
using listed_content = listed<content_row>;
LIGHTDASH_DESCRIBE(listed_content, total, item)
using listed_deletion = listed<deleted_row>;
LIGHTDASH_DESCRIBE(listed_deletion, total, item)

// The thing that is named.
struct place {
    lightdash::uuid uuid;
};
LIGHTDASH_DESCRIBE(place, uuid)

// A list always has pages: the first one when none was asked for.
api::page_request paged_request(api::page_request asked)
{
    if (!asked.paged)
        asked = {.paged = true, .page = 1, .size = api::page_request::usual_page};
    return asked;
}

// The projects p that are wanted.
void in_wanted_projects(sql::select& query)
{
    query.where("p.organization_id", sql::param<organization_id>())
        .where(sql::raw::open("(:projects::uuid[] is null or p.id = any (:projects::uuid[]))"));
}

// What of charts or dashboards c is found, with their space s: enough to count, to sort, and to look the rest up.
sql::select found_in(std::string_view table, const sql::raw& type, scope what)
{
    return sql::select(type.as("content_type"), "c.id", "c.name", "s.name as space_name",
                       or_epoch("c.updated_at").as("updated_at"))
        .from("projects as p")
        .join(table, "c.project_id", "p.id")
        .left_join("spaces as s", "s.id", "c.space_id")
        .modify(in_wanted_projects)
        .where_null("c.deleted_at")
        .where(sql::raw::open("(:spaces::uuid[] is null or c.space_id = any (:spaces::uuid[]))"))
        .where(matches_pattern({"c.name"}))
        .where(access::may(what, "c", "p", "s"));
}

sql::set_operation found_content()
{
    const auto charts = found_in("charts as c", sql::raw("'chart'::text"), scope::view_saved_chart)
                            .where(sql::raw::open(":with_charts"))
                            .where(sql::raw("(c.dashboard_id is null or exists (select from dashboards b where b.id = "
                                            "c.dashboard_id and b.deleted_at is null))"));
    const auto dashboards = found_in("dashboards as c", sql::raw("'dashboard'::text"), scope::view_dashboard)
                                .where(sql::raw::open(":with_dashboards"));
    const auto spaces =
        sql::select(sql::raw("'space'::text").as("content_type"), "s.id", "s.name", "s.name as space_name",
                    sql::raw("s.updated_at at time zone 'utc'").as("updated_at"))
            .from("projects as p")
            .join("spaces as s", "s.project_id", "p.id")
            .modify(in_wanted_projects)
            .where(sql::raw::open(":with_spaces and :spaces::uuid[] is null"))
            .where(matches_pattern({"s.name"}))
            .where(access::may_in_space(scope::view_space, "s", "p"));
    return charts.union_all(dashboards, spaces);
}

// What the found f are asked for, one page of them as l beside a row that is always there.
sql::select page_of(const sql::column_list& columns, const sql::set_operation& found, const sql::raw& order)
{
    return sql::select(columns)
        .with("f", found)
        .from(sql::raw("(values (1)) one (row)"))
        .left_join(sql::select("l.*").from("f as l").order_by(order).modify(paged).as("l"), sql::raw("true"))
        .left_join("charts as c", sql::on("c.id", "l.id").where(sql::raw("l.content_type = 'chart'")))
        .left_join("dashboards as d", sql::on("d.id", "l.id").where(sql::raw("l.content_type = 'dashboard'")))
        .left_join("spaces as s", "s.id",
                   sql::raw("case l.content_type when 'space' then l.id else coalesce(c.space_id, d.space_id) end"))
        .order_by(order);
}

// Of a space itself.
sql::expression of_space(const sql::raw& told, const sql::raw& otherwise)
{
    return sql::raw("case when l.content_type = 'space' then ? else ? end", told, otherwise);
}

// Of the found l, with the chart c or the dashboard d that it is, and the space s that it is or lies in.
sql::column_list item_columns()
{
    return sql::columns_of<listed_content>()
        .set("total", sql::raw("(select count(*) from f)"))
        .member("item", "l")
        .set("item_uuid", "l.id")
        .set("item_slug", sql::raw("coalesce(c.slug, d.slug, s.slug)"))
        .set("item_description", sql::raw("coalesce(c.description, d.description)"))
        .set("item_created_at", sql::raw("coalesce(case l.content_type when 'chart' then c.created_at when 'dashboard' "
                                         "then d.created_at else s.created_at at time zone 'utc' end, 'epoch')"))
        .member("item_created_by", "u")
        .set("item_created_by_uuid", "u.id")
        .set("item_last_updated_at", "l.updated_at")
        .member("item_last_updated_by", "e")
        .set("item_last_updated_by_uuid", "e.id")
        .member("item_project", "p")
        .set("item_project_uuid", "p.id")
        .member("item_organization", "o")
        .set("item_organization_uuid", "o.id")
        .member("item_space", "s")
        .set("item_space_uuid", "s.id")
        .set("item_chart_kind", charts::kind_of_c())
        .member("item_dashboard", "b")
        .set("item_dashboard_uuid", "b.id")
        .set("item_is_private", sql::raw("not s.inherits"))
        .set("item_access", of_space(sql::raw("array(select a.user_id from space_user_access a where a.space_id = "
                                              "s.id order by a.created_at, a.user_id)"),
                                     sql::raw("'{}'::uuid[]")))
        .set("item_chart_count", of_space(sql::raw("(select count(*) from charts n where n.space_id = s.id and "
                                                   "n.deleted_at is null)"),
                                          sql::raw("0::int8")))
        .set("item_dashboard_count", of_space(sql::raw("(select count(*) from dashboards n where n.space_id = s.id and "
                                                       "n.deleted_at is null)"),
                                              sql::raw("0::int8")));
}

using content_page = sql::prepared_for<caller, content_filter>;

content_page content_by(const sql::raw& order, pg::sql_literal name)
{
    return page_of(item_columns(), found_content(), order)
        .left_join("users as u", "u.id",
                   sql::raw("coalesce(c.created_by, d.created_by, case when l.content_type = 'space' then s.created_by "
                            "end)"))
        .left_join("users as e", "e.id", sql::raw("coalesce(c.updated_by, c.created_by, d.updated_by, d.created_by)"))
        .left_join("projects as p", "p.id", sql::raw("coalesce(c.project_id, d.project_id, s.project_id)"))
        .left_join("organizations as o", "o.id", "p.organization_id")
        .left_join("dashboards as b", "b.id", "c.dashboard_id")
        .named<caller, content_filter>(name);
}

// In the order of content_order, each up and down.
const content_page& content_in_order(content_order by, api::sort_direction direction)
{
    static const std::array<content_page, 6> pages{
        content_by(sql::raw("lower(l.name), l.id"), "content.by_name"),
        content_by(sql::raw("lower(l.name) desc, l.id"), "content.by_name_down"),
        content_by(sql::raw("lower(l.space_name), lower(l.name), l.id"), "content.by_space"),
        content_by(sql::raw("lower(l.space_name) desc, lower(l.name), l.id"), "content.by_space_down"),
        content_by(sql::raw("l.updated_at, l.id"), "content.oldest"),
        content_by(sql::raw("l.updated_at desc, l.id"), "content.newest")};
    return pages[static_cast<std::size_t>(by) * 2 + (direction == api::sort_direction::desc ? 1 : 0)];
}

template <class Item, class Row>
api::page<Item> page_from(std::vector<listed<Row>> rows, const api::page_request& asked)
{
    api::page<Item> made{{}, rows.at(0).total, asked};
    made.rows.reserve(rows.size());
    for (auto& row : rows)
        if (row.item)
            made.rows.emplace_back(std::move(*row.item));
    return made;
}

// Deleted charts or dashboards c.
sql::select deleted_in(std::string_view table, const sql::raw& type)
{
    return sql::select(type.as("content_type"), "c.id", "c.deleted_at")
        .from("projects as p")
        .join(table, "c.project_id", "p.id")
        .modify(in_wanted_projects)
        .where_not_null("c.deleted_at")
        .where(sql::raw::open("(:deleters::uuid[] is null or c.deleted_by = any (:deleters::uuid[]))"))
        .where(matches_pattern({"c.name"}))
        .where(access::may(scope::restore_content, "c", "p"));
}

sql::set_operation deleted_content_found()
{
    const auto charts = deleted_in("charts as c", sql::raw("'chart'::text"))
                            .where(sql::raw::open(":with_charts"))
                            .where(sql::raw("not exists (select from dashboards b where b.id = c.dashboard_id and "
                                            "b.deleted_at is not null)"));
    return charts.union_all(
        deleted_in("dashboards as c", sql::raw("'dashboard'::text")).where(sql::raw::open(":with_dashboards")));
}

sql::column_list deleted_columns()
{
    return sql::columns_of<listed_deletion>()
        .set("total", sql::raw("(select count(*) from f)"))
        .member("item", "l")
        .set("item_uuid", "l.id")
        .set("item_name", sql::raw("coalesce(c.name, d.name)"))
        .set("item_description", sql::raw("coalesce(c.description, d.description)"))
        .member("item_deleted_by", "u")
        .set("item_deleted_by_user_uuid", "u.id")
        .set("item_space_uuid", "s.id")
        .set("item_space_name", "s.name")
        .set("item_project_uuid", "p.id")
        .set("item_organization_uuid", "p.organization_id")
        .set("item_chart_kind", charts::kind_of_c());
}

} // namespace

task<api::page<content_item>> store::list(pg::session& db, const caller& who, const api::query<content_query>& asked)
{
    const auto page = paged_request(asked.page);
    const auto by = asked.sort_by.value_or(content_order::last_updated_at);
    const auto direction = asked.sort_direction.value_or(
        by == content_order::last_updated_at ? api::sort_direction::desc : api::sort_direction::asc);
    const content_filter wanted{{page, asked.search, asked.project_uuids, asked.content_types},
                                some(asked.space_uuids),
                                has(asked.content_types, content_type::space)};
    auto rows = co_await db.all<listed_content>(content_in_order(by, direction)(who, wanted));
    co_return page_from<content_item>(std::move(rows), page);
}

task<api::page<deleted_item>> store::deleted(pg::session& db, const caller& who, const api::query<deleted_query>& asked)
{
    static const auto find = page_of(deleted_columns(), deleted_content_found(), sql::raw("l.deleted_at desc, l.id"))
                                 .left_join("users as u", "u.id", sql::raw("coalesce(c.deleted_by, d.deleted_by)"))
                                 .left_join("projects as p", "p.id", sql::raw("coalesce(c.project_id, d.project_id)"))
                                 .named<caller, deleted_filter>("content.deleted");
    const auto page = paged_request(asked.page);
    const deleted_filter wanted{{page, asked.search, asked.project_uuids, asked.content_types},
                                some(asked.deleted_by_user_uuids)};
    auto rows = co_await db.all<listed_deletion>(find(who, wanted));
    co_return page_from<deleted_item>(std::move(rows), page);
}

task<void> store::require_in_project(pg::session& db, const caller& who, project_id project,
                                     const content_reference& item)
{
    static const auto ask = access::ask_project(scope::view_project, "content.may_view_project");
    static const auto find = sql::select("c.id")
                                 .from("charts as c")
                                 .where("c.id", sql::param<uuid>("uuid"))
                                 .where("c.project_id", sql::param<project_id>())
                                 .union_all(sql::select("d.id")
                                                .from("dashboards as d")
                                                .where("d.id", sql::param<uuid>("uuid"))
                                                .where("d.project_id", sql::param<project_id>()))
                                 .named<project_id, place>("content.of_project");
    const auto found = co_await access::read_permitted(db, ask(project, who), find(project, {item.uuid}),
                                                       scope::view_project, "project");
    if (!found.maybe<uuid>())
        api::throw_not_found(item.content_type == content_type::chart ? "deleted chart" : "deleted dashboard");
}

} // namespace lightdash::content
