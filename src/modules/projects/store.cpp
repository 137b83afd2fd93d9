#include "lightdash/modules/projects/store.hpp"

#include "lightdash/modules/access/service.hpp"
#include "lightdash/modules/endpoint/outcome.hpp"
#include "lightdash/modules/projects/service.hpp"

namespace lightdash {
namespace {

// The columns of `project`, from projects p.
#define PROJECT_COLUMNS                                                                                                \
    "p.organization_id as organization_uuid, p.id as project_uuid, p.name, p.type, "                                   \
    "p.dbt_connection || jsonb_build_object('type', p.dbt_project_type) as dbt_connection, p.dbt_version, "            \
    "p.created_by as created_by_user_uuid, p.upstream_project_id as upstream_project_uuid, "                           \
    "coalesce(p.created_at, 'epoch'::timestamp) as created_at, coalesce(p.updated_at, 'epoch'::timestamp) as "         \
    "updated_at"

} // namespace

task<project> project_store::by_id(pg::session& db, const caller& who, project_id id)
{
    static const pg::statement find{"projects.by_id", "select " PROJECT_COLUMNS " from projects p where p.id = $1"};
    auto found = require_found(co_await db.maybe<project>(find, id), "project");
    access::require_same_organization(who, found.organization_uuid);
    co_return found;
}

task<project_store::page> project_store::list(pg::session& db, const caller& who, std::string pattern,
                                              page_request wanted)
{
    static const pg::statement count{"projects.count", R"(
        select count(*) from projects where organization_id = $1 and ($2 = '%' or name ilike $2))"};
    static const pg::statement page_of{"projects.list", R"(
        select id as project_uuid, name, type, created_by as created_by_user_uuid,
               coalesce(created_at, 'epoch'::timestamp) as created_at, upstream_project_id as upstream_project_uuid
        from projects
        where organization_id = $1 and ($2 = '%' or name ilike $2)
        order by created_at, id)" LIGHTDASH_PAGE("$3", "$4")};
    pg::flight both;
    const auto total = both.add(count, who.organization, pattern);
    const auto rows = both.add(page_of, who.organization, pattern, wanted.size, wanted.offset());
    co_await db.send(both);
    co_return page{both.all<project_summary>(rows), both.one<std::int64_t>(total)};
}

task<project> project_store::create(pg::transaction& tx, const caller& who, const new_project& draft)
{
    static const pg::statement insert{"projects.create", R"(
        with p as (
            insert into projects (name, organization_id, type, dbt_project_type, dbt_connection, dbt_version,
                                  upstream_project_id, created_by)
            select $1, $2, $3, $4, $5, coalesce($6, 'v1.9'), $7, $8
            where $7::uuid is null or exists (select from projects where id = $7 and organization_id = $2)
            returning *
        ) select )" PROJECT_COLUMNS " from p"};
    pg::flight whole;
    const auto made = whole.add(insert, draft.name, who.organization, draft.type.value_or(project_type::DEFAULT),
                                draft.dbt_connection.type, draft.dbt_connection.settings, draft.dbt_version,
                                draft.upstream_project_uuid, who.user);
    co_await tx.finish(whole);
    auto created = whole.maybe<project>(made);
    if (!created)
        throw error{error_kind::invalid_parameter, "There is no upstream project with that upstreamProjectUuid."};
    co_return std::move(*created);
}

task<project> project_store::update(pg::transaction& tx, const caller& who, project_id id,
                                    const project_changes& changes)
{
    static const pg::statement update{"projects.update", R"(
        with p as (
            update projects set
                name = coalesce($3, name),
                dbt_project_type = coalesce($4, dbt_project_type),
                dbt_connection = coalesce($5, dbt_connection),
                dbt_version = coalesce($6, dbt_version)
            where id = $1 and organization_id = $2
            returning *
        ) select )" PROJECT_COLUMNS " from p"};
    std::optional<dbt_project_type> type;
    std::optional<pg::json_text> settings;
    if (changes.dbt_connection) {
        type = changes.dbt_connection->type;
        settings = changes.dbt_connection->settings;
    }
    pg::flight whole;
    const auto owner = ask_project_owner(whole, id);
    const auto changed = whole.add(update, id, who.organization, changes.name, type, settings, changes.dbt_version);
    co_await tx.finish(whole);
    require_owner(who, whole.maybe<organization_id>(owner), "project");
    co_return whole.one<project>(changed);
}

task<void> project_store::remove(pg::transaction& tx, const caller& who, project_id id)
{
    static const pg::statement tiles{"projects.delete_tiles", R"(
        delete from dashboard_tiles t using dashboards d, projects p
        where t.dashboard_id = d.id and d.project_id = p.id and p.id = $1 and p.organization_id = $2)"};
    static const pg::statement dashboards{"projects.delete_dashboards", R"(
        delete from dashboards d using projects p
        where d.project_id = p.id and p.id = $1 and p.organization_id = $2)"};
    static const pg::statement charts{"projects.delete_charts", R"(
        delete from charts c using projects p
        where c.project_id = p.id and p.id = $1 and p.organization_id = $2)"};
    static const pg::statement previews{"projects.detach_previews", R"(
        update projects set upstream_project_id = null where upstream_project_id = $1 and organization_id = $2)"};
    static const pg::statement project{"projects.delete",
                                       "delete from projects where id = $1 and organization_id = $2"};
    pg::flight whole;
    const auto owner = ask_project_owner(whole, id);
    for (const auto* step : {&tiles, &dashboards, &charts, &previews, &project})
        whole.add(*step, id, who.organization);
    co_await tx.finish(whole);
    require_owner(who, whole.maybe<organization_id>(owner), "project");
}

} // namespace lightdash
