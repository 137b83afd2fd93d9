#include "modules/charts/store.hpp"

#include "lightdash/sql/builder.hpp"
#include "modules/access/condition.hpp"
#include "modules/shared/columns.hpp"
#include "modules/shared/race.hpp"
#include "modules/shared/slug.hpp"
#include "modules/spaces/service.hpp"

namespace lightdash::charts {
namespace {

using access::scope;

struct found_chart : chart {
    bool allowed;
};
LIGHTDASH_DESCRIBE_DERIVED(found_chart, chart, allowed)

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

template <class Row>
sql::column_list full_columns()
{
    return chart_columns<Row>()
        .set("organization_uuid", "p.organization_id")
        .set("created_at", or_epoch("c.created_at"));
}

// Of charts c and their projects p, from the table or from a modification that returns some.
sql::select select_charts(const sql::column_list& columns, std::string_view charts_as_c)
{
    return sql::select(columns)
        .from(charts_as_c)
        .join("projects as p", "p.id", "c.project_id")
        .modify(join_last_editor);
}

// The chart c that is named, when the caller may do that.
template <class Statement>
void is_own(Statement& statement, scope what)
{
    statement.where("c.id", sql::param<chart_id>())
        .where_column("p.id", "c.project_id")
        .where(access::may(what, "c", "p"));
}

} // namespace

task<chart_details> store::by_id(pg::session& db, const caller& who, chart_id id)
{
    static const auto find =
        select_charts(full_columns<found_chart>().set("allowed", access::may(scope::view_saved_chart, "c", "p")),
                      "charts as c")
            .where("c.id", sql::param<chart_id>())
            .named<chart_id, caller>("charts.by_id");
    auto found = co_await db.maybe<found_chart>(find(id, who));
    co_return chart_details{access::require_allowed(std::move(found), scope::view_saved_chart, "chart")};
}

task<api::list<chart_summary>> store::list(pg::session& db, const caller& who, project_id project,
                                           const api::query<list_query>& asked)
{
    static const auto ask = access::ask_project(scope::view_saved_chart, "charts.may_list");
    static const auto found =
        sql::select().from("charts").where("project_id", sql::param<project_id>()).where(matches_pattern({"name"}));
    static const auto count = sql::select{found}.count().named<project_id, listing>("charts.count");
    static const auto page_of =
        sql::select(chart_columns<chart_summary>().set("chart_type", sql::raw("c.chart_config ->> 'type'")))
            .from(sql::select{found}.order_by("created_at").order_by("id").modify(paged).as("c"))
            .modify(join_last_editor)
            .order_by("c.created_at")
            .order_by("c.id")
            .named<project_id, listing>("charts.list");
    const listing wanted{asked.page, asked.search};
    pg::statement_batch whole;
    const auto allowed = whole.add(ask(project, who));
    const auto total = whole.add(count(project, wanted));
    const auto rows = whole.add(page_of(project, wanted));
    co_await db.send(whole);
    access::require_allowed(whole.maybe<bool>(allowed), scope::view_saved_chart, "project");
    co_return api::list<chart_summary>{whole.all<chart_summary>(rows), whole.one<std::int64_t>(total), asked.page};
}

task<chart_details> store::create(pg::transaction& tx, const caller& who, project_id project, const new_chart& draft)
{
    static const auto ask = access::ask_project(scope::create_saved_chart, "charts.may_create");
    static const auto insert =
        select_charts(full_columns<chart>(), "c")
            .with("c", sql::insert("charts")
                           .values_of<chart_content>()
                           .set("status", sql::raw::open("coalesce(:status, 'active')"))
                           .set("project_id", sql::ref("p.id"))
                           .set("slug", free_slug("charts"))
                           .set("created_by", sql::param<user_id>())
                           .set("updated_by", sql::param<user_id>())
                           .set("created_at", now_in_utc())
                           .set("updated_at", now_in_utc())
                           .set("space_id", sql::ref("s.id"))
                           .from(spaces::target_of(scope::create_saved_chart))
                           .returning("*"))
            .named<caller, project_id, chart_content, slug_choice, spaces::wanted_space>("charts.create");
    pg::statement_batch whole;
    const auto allowed = whole.add(ask(project, who));
    const auto made = whole.add(insert(who, project, draft, {draft.slug, draft.name}, {}));
    co_await finish_or_run_again(tx, whole);
    access::require_allowed(whole.maybe<bool>(allowed), scope::create_saved_chart, "project");
    auto created = whole.maybe<chart>(made);
    access::require_allowed(created.has_value(), scope::create_saved_chart, "space");
    co_return chart_details{std::move(*created)};
}

task<chart_details> store::update(pg::transaction& tx, const caller& who, chart_id id, const chart_changes& changes)
{
    static const auto ask = access::ask<chart_id>(scope::update_saved_chart, "charts", "charts.may_update");
    static const auto update = select_charts(full_columns<chart>(), "c")
                                   .with("c", sql::update("charts as c")
                                                  .changes_of<chart_patch>("c")
                                                  .set("updated_by", sql::param<user_id>())
                                                  .from("projects as p")
                                                  .modify(is_own<sql::update>, scope::update_saved_chart)
                                                  .returning("c.*"))
                                   .named<caller, chart_id, chart_patch>("charts.update");
    pg::statement_batch whole;
    const auto allowed = whole.add(ask(id, who));
    const auto changed = whole.add(update(who, id, changes));
    co_await finish_or_run_again(tx, whole);
    access::require_allowed(whole.maybe<bool>(allowed), scope::update_saved_chart, "chart");
    co_return chart_details{whole.one<chart>(changed)};
}

task<void> store::remove(pg::transaction& tx, const caller& who, chart_id id)
{
    static const auto ask = access::ask<chart_id>(scope::delete_saved_chart, "charts", "charts.may_delete");
    static const auto detach =
        sql::update("dashboard_tiles as t")
            .set("chart_id", sql::raw("null"))
            .set("properties", sql::raw("jsonb_build_object('title', c.name, 'chartName', c.name) || t.properties"))
            .from("charts as c", "projects as p")
            .where_column("t.chart_id", "c.id")
            .modify(is_own<sql::update>, scope::delete_saved_chart)
            .named<chart_id, caller>("charts.detach_tiles");
    static const auto erase = sql::remove("charts as c")
                                  .using_tables("projects as p")
                                  .modify(is_own<sql::remove>, scope::delete_saved_chart)
                                  .named<chart_id, caller>("charts.delete");
    pg::statement_batch whole;
    const auto allowed = whole.add(ask(id, who));
    whole.add(detach(id, who));
    whole.add(erase(id, who));
    co_await finish_or_run_again(tx, whole);
    access::require_allowed(whole.maybe<bool>(allowed), scope::delete_saved_chart, "chart");
}

} // namespace lightdash::charts
