// Charts that are deleted: for a time they can be restored.
#include "lightdash/api/outcome.hpp"
#include "modules/charts/chart_statements.hpp"
#include "modules/charts/service.hpp"
#include "modules/charts/store.hpp"
#include "modules/shared/race.hpp"

namespace lightdash::charts {
namespace {

using access::scope;

// A row for each dashboard that is touched, and one at least when the chart was deleted.
struct touched {
    chart_id chart;
    std::optional<touched_dashboard> dashboard;
};
LIGHTDASH_DESCRIBE(touched, chart, dashboard)

sql::insert told(std::string_view action)
{
    return audit::rows_of("c", action, "SavedChart", sql::raw("jsonb_build_object('name', c.name)"));
}

// The deleted chart c that is named, with its project p; what was deleted with its dashboard comes back with that.
template <class Statement>
void is_deleted(Statement& statement)
{
    statement.where("c.id", sql::param<chart_id>())
        .where_not_null("c.deleted_at")
        .where(sql::raw("not exists (select from dashboards b where b.id = c.dashboard_id and b.deleted_at is not "
                        "null)"))
        .where_column("p.id", "c.project_id");
}
// The same, when the caller may restore it.
template <class Statement>
void is_own_deleted(Statement& statement)
{
    is_deleted(statement);
    statement.where(access::may(scope::restore_content, "c", "p"));
}

auto& ask_deleted()
{
    static const auto ask = sql::select(access::may(scope::restore_content, "c", "p").as("allowed"))
                                .from("charts as c", "projects as p")
                                .modify(is_deleted<sql::select>)
                                .named<chart_id, caller>("charts.may_restore");
    return ask;
}

// Of charts c, which go: with what a restoration needs.
sql::update mark_deleted()
{
    return sql::update("charts as c")
        .set("deleted_at", sql::raw("now()"))
        .set("deleted_by", sql::param<user_id>())
        .set("deleted_tiles", sql::raw("array(select t.id from dashboard_tiles t where t.chart_id = c.id)"));
}
// The tiles that showed them stay, with their names.
sql::update untie_tiles()
{
    return sql::update("dashboard_tiles as t")
        .set("chart_id", sql::raw("null"))
        .set("properties", sql::raw("jsonb_build_object('title', c.name, 'chartName', c.name) || t.properties"))
        .from("c")
        .where_column("t.chart_id", "c.id");
}

} // namespace

task<deleted_chart> store::remove(pg::transaction& tx, const caller& who, chart_id id, const audit::origin& origin,
                                  const api::if_match& expected)
{
    static const auto ask = ask_chart(scope::delete_saved_chart, "charts.may_delete");
    static const auto erase =
        sql::select(sql::columns_of<touched>()
                        .set("chart", "c.id")
                        .set("dashboard_uuid", "b.id")
                        .set("dashboard_name", "b.name"))
            .with("c", mark_deleted()
                           .from("projects as p")
                           .modify(is_own<sql::update>, scope::delete_saved_chart)
                           .where(is_as_expected())
                           .returning("c.id", "c.name"))
            .with("t", untie_tiles().returning("t.dashboard_id"))
            .with_unread("a", told("delete"))
            .from("c")
            .left_join(sql::raw("(select distinct dashboard_id as id from t) shown"), sql::raw("true"))
            .left_join("dashboards as b", "b.id", "shown.id")
            .order_by("b.name")
            .order_by("b.id")
            .named<caller, audit::origin, chart_id, api::if_match>("charts.delete");
    pg::statement_batch whole;
    const auto asked = whole.add(ask(id, who));
    const auto erased = whole.add(erase(who, origin, id, expected));
    co_await finish_or_run_again(tx, whole);
    require_present(whole.maybe<asked_chart>(asked), scope::delete_saved_chart, expected);
    deleted_chart answer;
    const auto rows = whole.all<touched>(erased);
    if (rows.empty())
        throw_changed_meanwhile();
    for (const auto& row : rows)
        if (row.dashboard)
            answer.dashboards.push_back(*row.dashboard);
    co_return answer;
}

void remove_of_space(pg::statement_batch& statements, const caller& who, const audit::origin& from, project_id project,
                     space_id space)
{
    static const auto erase = sql::select(sql::raw("count(*)"))
                                  .with("c", mark_deleted()
                                                 .where_null("c.deleted_at")
                                                 .where_null("c.dashboard_id")
                                                 .where(spaces::lies_in_deleted_space("c"))
                                                 .returning("c.id", "c.name"))
                                  .with_unread("t", untie_tiles())
                                  .with_unread("a", told("delete"))
                                  .from("c")
                                  .named<caller, audit::origin, project_id, space_id>("charts.delete_of_space");
    statements.add(erase(who, from, project, space));
}

task<void> restore(pg::transaction& tx, const caller& who, chart_id id, const audit::origin& origin)
{
    static const auto revive =
        sql::select("c.id")
            .with("o", sql::select("o.id", "o.deleted_tiles").from("charts as o").where("o.id", sql::param<chart_id>()))
            .with("c", sql::update("charts as c")
                           .set("deleted_at", sql::raw("null"))
                           .set("deleted_by", sql::raw("null"))
                           .set("deleted_tiles", sql::raw("null"))
                           .from("projects as p")
                           .modify(is_own_deleted<sql::update>)
                           .returning("c.id", "c.name"))
            // what was noted of the chart goes with the note; a title that a person gave stays
            .with_unread("t", sql::update("dashboard_tiles as t")
                                  .set("chart_id", sql::ref("c.id"))
                                  .set("properties",
                                       sql::raw("t.properties - 'chartName' - case when t.properties ->> 'title' = "
                                                "c.name then 'title' else '' end"))
                                  .from("c", "o")
                                  .where(sql::raw("t.id = any (o.deleted_tiles)"))
                                  .where("t.tile_type", "saved_chart")
                                  .where_null("t.chart_id"))
            .with_unread("a", told("restore"))
            .from("c")
            .named<caller, audit::origin, chart_id>("charts.restore");
    pg::statement_batch whole;
    const auto allowed = whole.add(ask_deleted()(id, who));
    whole.add(revive(who, origin, id));
    co_await finish_or_run_again(tx, whole);
    access::require_allowed(whole.maybe<bool>(allowed), scope::restore_content, "deleted chart");
}

task<void> remove_for_good(pg::transaction& tx, const caller& who, chart_id id, const audit::origin& origin)
{
    static const auto erase = sql::select("c.id")
                                  .with("c", sql::remove("charts as c")
                                                 .using_tables("projects as p")
                                                 .modify(is_own_deleted<sql::remove>)
                                                 .returning("c.id", "c.name"))
                                  .with_unread("a", told("delete for good"))
                                  .from("c")
                                  .named<caller, audit::origin, chart_id>("charts.delete_for_good");
    pg::statement_batch whole;
    const auto allowed = whole.add(ask_deleted()(id, who));
    whole.add(erase(who, origin, id));
    co_await finish_or_run_again(tx, whole);
    access::require_allowed(whole.maybe<bool>(allowed), scope::restore_content, "deleted chart");
}

namespace {

// The ages of what is swept, as a statement takes them.
struct sweeping {
    std::int64_t days;
};
LIGHTDASH_DESCRIBE(sweeping, days)

} // namespace

task<std::uint64_t> purge_deleted(pg::session& db, std::chrono::days older)
{
    static const auto purge =
        sql::remove("charts")
            .where(sql::raw::open("id in (select c.id from charts c where c.deleted_at < now() - make_interval(days => "
                                  ":days::int) and not exists (select from dashboard_tiles t where t.chart_id = c.id) "
                                  "limit 1000 for update skip locked)"))
            .named<sweeping>("charts.purge");
    auto sweep = purge({older.count()});
    const auto done = co_await db.query(sweep.what, std::move(sweep.values));
    co_return done.affected();
}

task<std::uint64_t> thin_versions(pg::session& db, std::chrono::days older)
{
    static const auto thin =
        sql::remove("chart_versions")
            .where(sql::raw::open(
                "id in (select v.id from chart_versions v where v.created_at < now() - make_interval(days => "
                ":days::int) "
                "and exists (select from chart_versions n where n.chart_id = v.chart_id and n.created_at > "
                "v.created_at "
                "and n.created_at < date_trunc('day', v.created_at, 'UTC') + interval '1 day') limit 1000 for update "
                "skip locked)"))
            .named<sweeping>("charts.thin_versions");
    auto sweep = thin({older.count()});
    const auto done = co_await db.query(sweep.what, std::move(sweep.values));
    co_return done.affected();
}

} // namespace lightdash::charts
