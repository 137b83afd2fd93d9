#include "modules/charts/store.hpp"

#include "lightdash/sql/builder.hpp"
#include "modules/access/service.hpp"
#include "modules/projects/service.hpp"
#include "modules/shared/columns.hpp"
#include "modules/shared/json_text.hpp"
#include "modules/shared/outcome.hpp"
#include "modules/shared/race.hpp"
#include "modules/shared/slug.hpp"

namespace lightdash {
namespace {

// What a row of charts c tells, with its last editor e.
template <class Row>
sql::column_list chart_columns()
{
    return sql::columns_of<Row>("c")
        .set("uuid", "c.id")
        .set("project_uuid", "c.project_id")
        .set("updated_at", or_epoch("c.updated_at"))
        .member("updated_by_user", "e")
        .set("updated_by_user_user_uuid", "e.id");
}

void join_last_editor(sql::select& query)
{
    query.left_join("users as e", "e.id", sql::raw("coalesce(c.updated_by, c.created_by)"));
}

// `chart`, from charts or from a modification that returns some.
sql::select select_chart(std::string_view charts_as_c)
{
    return sql::select(chart_columns<chart>()
                           .set("organization_uuid", "p.organization_id")
                           .set("created_at", or_epoch("c.created_at")))
        .from(charts_as_c)
        .join("projects as p", "p.id", "c.project_id")
        .modify(join_last_editor);
}

// One chart c of an organization, by its project p.
template <class Statement>
void is_own_chart(Statement& statement)
{
    statement.where("c.id", sql::param<chart_id>())
        .where_column("p.id", "c.project_id")
        .where("p.organization_id", sql::param<organization_id>());
}

pg::flight::ticket ask_owner(pg::flight& statements, chart_id id)
{
    static const auto owner = select_owner("charts", sql::param<chart_id>()).named<chart_id>("charts.owner");
    return statements.add(owner(id));
}

} // namespace

task<chart> chart_store::by_id(pg::session& db, const caller& who, chart_id id)
{
    static const auto find =
        select_chart("charts as c").where("c.id", sql::param<chart_id>()).named<chart_id>("charts.by_id");
    auto found = require_found(co_await db.maybe<chart>(find(id)), "chart");
    access::require_same_organization(who, found.organization_uuid);
    co_return found;
}

task<chart_store::page> chart_store::list(pg::session& db, const caller& who, project_id project, std::string pattern,
                                          page_request wanted)
{
    static const auto found =
        sql::select().from("charts").where("project_id", sql::param<project_id>()).where(matches_pattern({"name"}));
    static const auto count = sql::select{found}.count().named<project_id, std::string>("charts.count");
    static const auto page_of =
        sql::select(chart_columns<chart_summary>().set("chart_type", sql::raw("c.chart_config ->> 'type'")))
            .from(sql::select{found}.order_by("created_at").order_by("id").modify(paged).as("c"))
            .modify(join_last_editor)
            .order_by("c.created_at")
            .order_by("c.id")
            .named<project_id, std::string, std::int64_t, std::int64_t>("charts.list");
    pg::flight whole;
    const auto owner = ask_project_owner(whole, project);
    const auto total = whole.add(count(project, pattern));
    const auto rows = whole.add(page_of(project, pattern, wanted.size, wanted.offset()));
    co_await db.send(whole);
    require_owner(who, whole.maybe<organization_id>(owner), "project");
    co_return page{whole.all<chart_summary>(rows), whole.one<std::int64_t>(total)};
}

task<chart> chart_store::create(pg::transaction& tx, const caller& who, project_id project, const new_chart& draft)
{
    // A slug that is taken gets a suffix; two at the same moment meet in the unique index, and the later is run again.
    using text = std::string;
    using json = pg::json_text;
    static const auto own_project = sql::param<project_id>("project");
    static const auto free_slug = sql::raw(
        "case when exists (select from charts where project_id = :project and slug = :slug) then :other else :slug end",
        sql::named("project", own_project), sql::named("slug", sql::param<text>("slug")),
        sql::named("other", sql::param<text>("other")));
    using some_text = std::optional<text>;
    using some_json = std::optional<json>;
    static const auto insert = select_chart("c")
                                   .with("c", sql::insert("charts")
                                                  .set("project_id", sql::ref("p.id"))
                                                  .set("name", sql::param<text>())
                                                  .set("description", sql::param<some_text>())
                                                  .set("table_name", sql::param<text>())
                                                  .set("metric_query", sql::param<json>())
                                                  .set("chart_config", sql::param<json>())
                                                  .set("table_config", sql::param<json>())
                                                  .set("pivot_config", sql::param<some_json>())
                                                  .set("parameters", sql::param<some_json>())
                                                  .set("slug", free_slug)
                                                  .set("status", sql::param<chart_status>())
                                                  .set("created_by", sql::param<user_id>("user"))
                                                  .set("updated_by", sql::param<user_id>("user"))
                                                  .set("created_at", now_in_utc())
                                                  .set("updated_at", now_in_utc())
                                                  .from(sql::select()
                                                            .from("projects as p")
                                                            .where("p.id", own_project)
                                                            .where("p.organization_id", sql::param<organization_id>()))
                                                  .returning("*"))
                                   .named<text, some_text, text, json, json, json, some_json, some_json, project_id,
                                          text, text, chart_status, user_id, organization_id>("charts.create");
    const auto slug = slug_of(draft.slug.value_or(draft.name));
    pg::flight whole;
    const auto owner = ask_project_owner(whole, project);
    const auto made = whole.add(insert(
        draft.name, draft.description, draft.table_name, as_json(draft.metric_query), as_json(draft.chart_config),
        as_json(draft.table_config), as_json(draft.pivot_config), as_json(draft.parameters), project, slug,
        slug_with_suffix(slug), draft.status.value_or(chart_status::active), who.user, who.organization));
    co_await finish_or_run_again(tx, whole);
    require_owner(who, whole.maybe<organization_id>(owner), "project");
    co_return whole.one<chart>(made);
}

task<chart> chart_store::update(pg::transaction& tx, const caller& who, chart_id id, const chart_changes& changes)
{
    using text = std::optional<std::string>;
    using status = std::optional<chart_status>;
    static const auto update =
        select_chart("c")
            .with("c", sql::update("charts as c")
                           .set("name", or_as_it_is<text>("c.name"))
                           .set("description", if_changed<text>("c.description"))
                           .set("status", or_as_it_is<status>("c.status"))
                           .set("updated_by", sql::param<user_id>())
                           .from("projects as p")
                           .modify(is_own_chart<sql::update>)
                           .returning("c.*"))
            .named<text, bool, text, status, user_id, chart_id, organization_id>("charts.update");
    pg::flight whole;
    const auto owner = ask_owner(whole, id);
    const auto changed = whole.add(update(or_null(changes.name), changes.description.present, changes.description.value,
                                          or_null(changes.status), who.user, id, who.organization));
    co_await finish_or_run_again(tx, whole);
    require_owner(who, whole.maybe<organization_id>(owner), "chart");
    co_return whole.one<chart>(changed);
}

task<void> chart_store::remove(pg::transaction& tx, const caller& who, chart_id id)
{
    static const auto detach =
        sql::update("dashboard_tiles as t")
            .set("chart_id", sql::raw("null"))
            .set("properties", sql::raw("jsonb_build_object('title', c.name, 'chartName', c.name) || t.properties"))
            .from("charts as c", "projects as p")
            .where_column("t.chart_id", "c.id")
            .modify(is_own_chart<sql::update>)
            .named<chart_id, organization_id>("charts.detach_tiles");
    static const auto erase = sql::remove("charts as c")
                                  .using_tables("projects as p")
                                  .modify(is_own_chart<sql::remove>)
                                  .named<chart_id, organization_id>("charts.delete");
    pg::flight whole;
    const auto owner = ask_owner(whole, id);
    whole.add(detach(id, who.organization));
    whole.add(erase(id, who.organization));
    co_await finish_or_run_again(tx, whole);
    require_owner(who, whole.maybe<organization_id>(owner), "chart");
}

} // namespace lightdash
