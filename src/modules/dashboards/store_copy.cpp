#include "modules/dashboards/store.hpp"

#include "lightdash/api/outcome.hpp"
#include "modules/charts/service.hpp"
#include "modules/dashboards/dashboard_statements.hpp"
#include "modules/shared/race.hpp"
#include "modules/shared/slug.hpp"
#include "modules/spaces/service.hpp"

namespace lightdash::dashboards {
namespace {

using access::scope;

struct copied_dashboard {
    bool allowed;
    project_id project;
    std::optional<space_id> space;
    std::string name;
};
LIGHTDASH_DESCRIBE(copied_dashboard, allowed, project, space, name)

// What a copy is called, and which it is.
struct copying : slug_choice {
    dashboard_id source, made;
    std::string name;
    std::optional<std::string> description;

    copying(dashboard_id of, std::string called, std::optional<std::string> about)
        : slug_choice(std::nullopt, called), source(of), made{uuid::random()}, name(std::move(called)),
          description(std::move(about))
    {}
};
LIGHTDASH_DESCRIBE_DERIVED(copying, slug_choice, source, made, name, description)

sql::insert insert_copy()
{
    return sql::insert("dashboards")
        .set("id", sql::param<dashboard_id>("made"))
        .set("project_id", sql::ref("p.id"))
        .set("name", sql::param<std::string>("name"))
        .set("description", sql::raw::open("coalesce(:description, d.description)"))
        .set("slug", free_slug("dashboards"))
        .set("tabs", sql::ref("d.tabs"))
        .set("filters", sql::ref("d.filters"))
        .set("parameters", sql::ref("d.parameters"))
        .set("config", sql::ref("d.config"))
        .set("created_by", sql::param<user_id>())
        .set("created_at", now_in_utc())
        .set("updated_at", now_in_utc())
        .set("space_id", sql::ref("s.id"))
        .from(spaces::target_of(scope::create_dashboard)
                  .join("dashboards as d", "d.project_id", "p.id")
                  .where("d.id", sql::param<dashboard_id>("source"))
                  .where_null("d.deleted_at")
                  .where(access::may(scope::view_dashboard, "d", "p")));
}

// And copies of the charts that belong to it and stand on a tile.
sql::insert insert_copied_tiles()
{
    sql::insert made{"dashboard_tiles"};
    made.with("m", sql::select(sql::ref("o.id").as("source"), sql::raw("gen_random_uuid() as id"))
                       .from("charts as o")
                       .where("o.dashboard_id", sql::param<dashboard_id>("source"))
                       .where_null("o.deleted_at")
                       .where_exists(sql::select("t.id")
                                         .from("dashboard_tiles as t")
                                         .where_column("t.chart_id", "o.id")
                                         .where("t.dashboard_id", sql::param<dashboard_id>("source"))))
        .with_unread("c", charts::copies_of_m());
    made.set("id", sql::raw("gen_random_uuid()")).set("dashboard_id", sql::ref("d.id"));
    for (const auto column : {"tile_type", "position_x", "position_y", "width", "height", "tab_id", "properties"})
        made.set(column, sql::ref(std::string{"t."} + column));
    return made.set("chart_id", sql::raw("coalesce(m.id, t.chart_id)"))
        .from(sql::select()
                  .from("dashboard_tiles as t")
                  .join("dashboards as d", sql::raw("d.id = ?", sql::param<dashboard_id>("made")))
                  .left_join("m", "m.source", "t.chart_id")
                  .where("t.dashboard_id", sql::param<dashboard_id>("source")));
}

} // namespace

task<dashboard_details> store::copy(pg::transaction& tx, const caller& who, project_id project, dashboard_id source,
                                    dashboard_copy called)
{
    static const auto ask = access::ask_project(scope::create_dashboard, "dashboards.may_create");
    static const auto find_source = sql::select(sql::columns_of<copied_dashboard>("d")
                                                    .set("allowed", access::may(scope::view_dashboard, "d", "p"))
                                                    .set("project", "d.project_id")
                                                    .set("space", "d.space_id"))
                                        .from("dashboards as d")
                                        .join("projects as p", "p.id", "d.project_id")
                                        .where("d.id", sql::param<dashboard_id>())
                                        .where_null("d.deleted_at")
                                        .named<dashboard_id, caller>("dashboards.copied");
    static const auto insert =
        insert_copy().named<caller, project_id, copying, spaces::wanted_space>("dashboards.copy");
    static const auto insert_tiles = insert_copied_tiles().named<caller, copying>("dashboards.copy_tiles");
    static const auto find = select_with_tiles(scope::view_dashboard, "dashboards.by_id");
    pg::statement_batch first;
    const auto allowed = first.add(ask(project, who));
    const auto found = first.add(find_source(source, who));
    co_await tx.send(first);
    access::require_allowed(first.maybe<bool>(allowed), scope::create_dashboard, "project");
    const auto original =
        access::require_allowed(first.maybe<copied_dashboard>(found), scope::view_dashboard, "dashboard to copy");
    if (original.project != project)
        throw error{error_kind::invalid_parameter,
                    "The dashboard to copy belongs to another project: its charts are not here."};
    const copying copy{source, called.dashboard_name.value_or("Copy of " + original.name), called.dashboard_desc};
    pg::statement_batch rest;
    const auto inserted = rest.add(insert(who, project, copy, {original.space}));
    rest.add(insert_tiles(who, copy));
    const auto made = rest.add(find(copy.made, who));
    co_await finish_or_run_again(tx, rest);
    access::require_allowed(rest.affected(inserted) > 0, scope::create_dashboard, "space");
    co_return require_with_tiles(rest.rows(made), scope::view_dashboard);
}

} // namespace lightdash::dashboards
