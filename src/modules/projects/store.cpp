#include "modules/projects/store.hpp"

#include "lightdash/sql/builder.hpp"
#include "modules/access/service.hpp"
#include "modules/projects/service.hpp"
#include "modules/shared/columns.hpp"
#include "modules/shared/outcome.hpp"
#include "modules/shared/race.hpp"

namespace lightdash {
namespace {

// `project`, from projects p.
sql::select select_project()
{
    return sql::select(
        sql::columns_of<project>("p")
            .set("organization_uuid", "p.organization_id")
            .set("project_uuid", "p.id")
            .set("dbt_connection", sql::raw("p.dbt_connection || jsonb_build_object('type', p.dbt_project_type)"))
            .set("created_by_user_uuid", "p.created_by")
            .set("upstream_project_uuid", "p.upstream_project_id")
            .set("created_at", or_epoch("p.created_at"))
            .set("updated_at", or_epoch("p.updated_at")));
}

// What belongs to a project, whose id and organization are open parameters, by its column of the project.
sql::remove remove_of_project(std::string_view table, std::string_view project_column)
{
    return sql::remove(table)
        .using_tables("projects as p")
        .where_column("p.id", project_column)
        .where("p.id", sql::param<project_id>())
        .where("p.organization_id", sql::param<organization_id>());
}

} // namespace

task<project> project_store::by_id(pg::session& db, const caller& who, project_id id)
{
    static const auto find = select_project()
                                 .from("projects as p")
                                 .where("p.id", sql::param<project_id>())
                                 .named<project_id>("projects.by_id");
    auto found = require_found(co_await db.maybe<project>(find(id)), "project");
    access::require_same_organization(who, found.organization_uuid);
    co_return found;
}

task<project_store::page> project_store::list(pg::session& db, const caller& who, std::string pattern,
                                              page_request wanted)
{
    static const auto found = sql::select()
                                  .from("projects")
                                  .where("organization_id", sql::param<organization_id>())
                                  .where(matches_pattern({"name"}));
    static const auto count = sql::select{found}.count().named<organization_id, std::string>("projects.count");
    static const auto page_of = sql::select{found}
                                    .columns(sql::columns_of<project_summary>()
                                                 .set("project_uuid", "id")
                                                 .set("created_by_user_uuid", "created_by")
                                                 .set("created_at", or_epoch("created_at"))
                                                 .set("upstream_project_uuid", "upstream_project_id"))
                                    .order_by("created_at")
                                    .order_by("id")
                                    .modify(paged)
                                    .named<organization_id, std::string, std::int64_t, std::int64_t>("projects.list");
    pg::flight both;
    const auto total = both.add(count(who.organization, pattern));
    const auto rows = both.add(page_of(who.organization, pattern, wanted.size, wanted.offset()));
    co_await db.send(both);
    co_return page{both.all<project_summary>(rows), both.one<std::int64_t>(total)};
}

task<project> project_store::create(pg::transaction& tx, const caller& who, const new_project& draft)
{
    using version = std::optional<std::string>;
    using other_project = std::optional<project_id>;
    static const auto organization = sql::param<organization_id>("organization");
    static const auto upstream = sql::param<other_project>("upstream");
    static const auto allowed = sql::condition().where_null(upstream).or_where_exists(
        sql::select("id").from("projects").where("id", upstream).where("organization_id", organization));
    static const auto insert =
        select_project()
            .with("p", sql::insert("projects")
                           .set("name", sql::param<std::string>())
                           .set("organization_id", organization)
                           .set("type", sql::param<project_type>())
                           .set("dbt_project_type", sql::param<dbt_project_type>())
                           .set("dbt_connection", sql::param<pg::json_text>())
                           .set("dbt_version", sql::raw("coalesce(?, 'v1.9')", sql::param<version>()))
                           .set("upstream_project_id", upstream)
                           .set("created_by", sql::param<user_id>())
                           .set("created_at", now_in_utc())
                           .set("updated_at", now_in_utc())
                           .from(sql::select().where(allowed))
                           .returning("*"))
            .from("p")
            .named<std::string, organization_id, project_type, dbt_project_type, pg::json_text, version, other_project,
                   user_id>("projects.create");
    pg::flight whole;
    const auto made = whole.add(insert(draft.name, who.organization, draft.type.value_or(project_type::DEFAULT),
                                       draft.dbt_connection.type, draft.dbt_connection.settings, draft.dbt_version,
                                       draft.upstream_project_uuid, who.user));
    co_await finish_or_run_again(tx, whole);
    auto created = whole.maybe<project>(made);
    if (!created)
        throw error{error_kind::invalid_parameter, "There is no upstream project with that upstreamProjectUuid."};
    co_return std::move(*created);
}

task<project> project_store::update(pg::transaction& tx, const caller& who, project_id id,
                                    const project_changes& changes)
{
    using text = std::optional<std::string>;
    using some_type = std::optional<dbt_project_type>;
    using some_json = std::optional<pg::json_text>;
    static const auto update =
        select_project()
            .with("p", sql::update("projects")
                           .set("name", or_as_it_is<text>("name"))
                           .set("dbt_project_type", or_as_it_is<some_type>("dbt_project_type"))
                           .set("dbt_connection", or_as_it_is<some_json>("dbt_connection"))
                           .set("dbt_version", or_as_it_is<text>("dbt_version"))
                           .where("id", sql::param<project_id>())
                           .where("organization_id", sql::param<organization_id>())
                           .returning("*"))
            .from("p")
            .named<text, some_type, some_json, text, project_id, organization_id>("projects.update");
    std::optional<dbt_project_type> type;
    std::optional<pg::json_text> settings;
    if (changes.dbt_connection) {
        type = changes.dbt_connection->type;
        settings = changes.dbt_connection->settings;
    }
    pg::flight whole;
    const auto owner = ask_project_owner(whole, id);
    const auto changed = whole.add(update(changes.name, type, settings, changes.dbt_version, id, who.organization));
    co_await finish_or_run_again(tx, whole);
    require_owner(who, whole.maybe<organization_id>(owner), "project");
    co_return whole.one<project>(changed);
}

task<void> project_store::remove(pg::transaction& tx, const caller& who, project_id id)
{
    static const auto tiles = remove_of_project("dashboard_tiles as t", "d.project_id")
                                  .using_tables("projects as p", "dashboards as d")
                                  .where_column("d.id", "t.dashboard_id")
                                  .named<project_id, organization_id>("projects.delete_tiles");
    static const auto dashboards = remove_of_project("dashboards as d", "d.project_id")
                                       .named<project_id, organization_id>("projects.delete_dashboards");
    static const auto charts =
        remove_of_project("charts as c", "c.project_id").named<project_id, organization_id>("projects.delete_charts");
    static const auto previews = sql::update("projects")
                                     .set("upstream_project_id", sql::raw("null"))
                                     .where("upstream_project_id", sql::param<project_id>())
                                     .where("organization_id", sql::param<organization_id>())
                                     .named<project_id, organization_id>("projects.detach_previews");
    static const auto project = sql::remove("projects")
                                    .where("id", sql::param<project_id>())
                                    .where("organization_id", sql::param<organization_id>())
                                    .named<project_id, organization_id>("projects.delete");
    pg::flight whole;
    const auto owner = ask_project_owner(whole, id);
    for (const auto* step : {&tiles, &dashboards, &charts, &previews, &project})
        whole.add((*step)(id, who.organization));
    co_await finish_or_run_again(tx, whole);
    require_owner(who, whole.maybe<organization_id>(owner), "project");
}

} // namespace lightdash
