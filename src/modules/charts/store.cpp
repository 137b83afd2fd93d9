#include "lightdash/modules/charts/store.hpp"

#include "lightdash/modules/access/service.hpp"
#include "lightdash/modules/endpoint/outcome.hpp"
#include "lightdash/modules/endpoint/slug.hpp"
#include "lightdash/modules/projects/service.hpp"
#include "lightdash/sql/select.hpp"

namespace lightdash {
namespace {

// The columns of `chart`, from charts c, projects p and the last editor e.
#define CHART_COLUMNS                                                                                                  \
    "c.id as uuid, c.project_id as project_uuid, p.organization_id as organization_uuid, c.name, c.description, "      \
    "c.table_name, c.metric_query, c.chart_config, c.table_config, c.pivot_config, c.parameters, c.slug, c.status, "   \
    "coalesce(c.created_at, 'epoch'::timestamp) as created_at, coalesce(c.updated_at, 'epoch'::timestamp) as "         \
    "updated_at, "                                                                                                     \
    "e.id as updated_by_user_user_uuid, e.first_name as updated_by_user_first_name, "                                  \
    "e.last_name as updated_by_user_last_name"

#define CHART_JOINS                                                                                                    \
    " join projects p on p.id = c.project_id left join users e on e.id = coalesce(c.updated_by, c.created_by)"

pg::flight::ticket ask_owner(pg::flight& statements, chart_id id)
{
    static const auto owner = sql::select("p.organization_id")
                                  .from("charts as c")
                                  .join("projects as p", "p.id", "c.project_id")
                                  .where("c.id", sql::param<chart_id>())
                                  .named<chart_id>("charts.owner");
    return statements.add(owner(id));
}

template <class T>
pg::json_text as_json(const T& part)
{
    pg::json_text made;
    http::json::write(made.text, part);
    return made;
}

template <class T>
std::optional<pg::json_text> as_json(const std::optional<T>& part)
{
    if (!part)
        return std::nullopt;
    return as_json(*part);
}

} // namespace

task<chart> chart_store::by_id(pg::session& db, const caller& who, chart_id id)
{
    static const pg::statement find{"charts.by_id",
                                    "select " CHART_COLUMNS " from charts c" CHART_JOINS " where c.id = $1"};
    auto found = require_found(co_await db.maybe<chart>(find, id), "chart");
    access::require_same_organization(who, found.organization_uuid);
    co_return found;
}

task<chart_store::page> chart_store::list(pg::session& db, const caller& who, project_id project, std::string pattern,
                                          page_request wanted)
{
    static const pg::statement count{"charts.count", R"(
        select count(*) from charts where project_id = $1 and ($2 = '%' or name ilike $2))"};
    static const pg::statement page_of{"charts.list", R"(
        select c.id as uuid, c.project_id as project_uuid, c.name, c.description, c.slug, c.status,
               c.chart_config ->> 'type' as chart_type, coalesce(c.updated_at, 'epoch'::timestamp) as updated_at,
               e.id as updated_by_user_user_uuid, e.first_name as updated_by_user_first_name,
               e.last_name as updated_by_user_last_name
        from (select * from charts where project_id = $1 and ($2 = '%' or name ilike $2)
              order by created_at, id)" LIGHTDASH_PAGE("$3", "$4") R"() c
        left join users e on e.id = coalesce(c.updated_by, c.created_by)
        order by c.created_at, c.id)"};
    pg::flight whole;
    const auto owner = ask_project_owner(whole, project);
    const auto total = whole.add(count, project, pattern);
    const auto rows = whole.add(page_of, project, pattern, wanted.size, wanted.offset());
    co_await db.send(whole);
    require_owner(who, whole.maybe<organization_id>(owner), "project");
    co_return page{whole.all<chart_summary>(rows), whole.one<std::int64_t>(total)};
}

task<chart> chart_store::create(pg::transaction& tx, const caller& who, project_id project, const new_chart& draft)
{
    // A slug that is taken gets a suffix; two at the same moment meet in the unique index, and the later is run again.
    static const pg::statement insert{"charts.create", R"(
        with c as (
            insert into charts (project_id, name, description, table_name, metric_query, chart_config, table_config,
                                pivot_config, parameters, slug, status, created_by, updated_by)
            select p.id, $3, $4, $5, $6, $7, $8, $9, $10,
                   case when exists (select from charts where project_id = $1 and slug = $11) then $12 else $11 end,
                   $13, $14, $14
            from projects p where p.id = $1 and p.organization_id = $2
            returning *
        ) select )" CHART_COLUMNS " from c" CHART_JOINS};
    const auto slug = slug_of(draft.slug.value_or(draft.name));
    pg::flight whole;
    const auto owner = ask_project_owner(whole, project);
    const auto made = whole.add(insert, project, who.organization, draft.name, draft.description, draft.table_name,
                                as_json(draft.metric_query), as_json(draft.chart_config), as_json(draft.table_config),
                                as_json(draft.pivot_config), as_json(draft.parameters), slug, slug_with_suffix(slug),
                                draft.status.value_or(chart_status::active), who.user);
    co_await finish_with_slug(tx, whole);
    require_owner(who, whole.maybe<organization_id>(owner), "project");
    co_return whole.one<chart>(made);
}

task<chart> chart_store::update(pg::transaction& tx, const caller& who, chart_id id, const chart_changes& changes)
{
    static const pg::statement update{"charts.update", R"(
        with c as (
            update charts c set
                name = coalesce($3, c.name),
                description = case when $4 then $5 else c.description end,
                status = coalesce($6, c.status),
                updated_by = $7
            from projects p
            where c.id = $1 and p.id = c.project_id and p.organization_id = $2
            returning c.*
        ) select )" CHART_COLUMNS " from c" CHART_JOINS};
    pg::flight whole;
    const auto owner = ask_owner(whole, id);
    const auto changed = whole.add(update, id, who.organization, or_null(changes.name), changes.description.present,
                                   changes.description.value, or_null(changes.status), who.user);
    co_await tx.finish(whole);
    require_owner(who, whole.maybe<organization_id>(owner), "chart");
    co_return whole.one<chart>(changed);
}

task<void> chart_store::remove(pg::transaction& tx, const caller& who, chart_id id)
{
    static const pg::statement detach{"charts.detach_tiles", R"(
        update dashboard_tiles t set
            chart_id = null,
            properties = jsonb_build_object('title', c.name, 'chartName', c.name) || t.properties
        from charts c join projects p on p.id = c.project_id
        where t.chart_id = c.id and c.id = $1 and p.organization_id = $2)"};
    static const pg::statement erase{"charts.delete", R"(
        delete from charts c using projects p
        where c.id = $1 and p.id = c.project_id and p.organization_id = $2)"};
    pg::flight whole;
    const auto owner = ask_owner(whole, id);
    whole.add(detach, id, who.organization);
    whole.add(erase, id, who.organization);
    co_await tx.finish(whole);
    require_owner(who, whole.maybe<organization_id>(owner), "chart");
}

} // namespace lightdash
