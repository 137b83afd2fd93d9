// Dashboards that are deleted: for a time they can be restored.
#include "modules/dashboards/dashboard_statements.hpp"
#include "modules/dashboards/service.hpp"
#include "modules/dashboards/store.hpp"
#include "modules/shared/race.hpp"

namespace lightdash::dashboards {
namespace {

using access::scope;

sql::insert told(std::string_view action)
{
    return audit::rows_of("d", action, "Dashboard", sql::raw("jsonb_build_object('name', d.name)"));
}

// The deleted dashboard d that is named, with its project p, when the caller may restore it.
template <class Statement>
void is_own_deleted(Statement& statement)
{
    statement.where("d.id", sql::param<dashboard_id>())
        .where_not_null("d.deleted_at")
        .where_column("p.id", "d.project_id")
        .where(access::may(scope::restore_content, "d", "p"));
}

auto& ask_deleted()
{
    static const auto ask = sql::select(access::may(scope::restore_content, "d", "p").as("allowed"))
                                .from("dashboards as d")
                                .join("projects as p", "p.id", "d.project_id")
                                .where("d.id", sql::param<dashboard_id>())
                                .where_not_null("d.deleted_at")
                                .named<dashboard_id, caller>("dashboards.may_restore");
    return ask;
}

// How old what is swept must be, as a statement takes it.
struct sweeping {
    std::int64_t days;
};
LIGHTDASH_DESCRIBE(sweeping, days)

} // namespace

task<void> store::remove(pg::transaction& tx, const caller& who, dashboard_id id, const audit::origin& origin,
                         const api::if_match& seen)
{
    static const auto ask = ask_present(scope::delete_dashboard, "dashboards.may_delete");
    static const auto erase = sql::select("d.id")
                                  .with("d", sql::update("dashboards as d")
                                                 .set("deleted_at", sql::raw("now()"))
                                                 .set("deleted_by", sql::param<user_id>())
                                                 .from("projects as p")
                                                 .modify(is_own_dashboard<sql::update>, scope::delete_dashboard)
                                                 .where(is_as_expected())
                                                 .returning("d.id", "d.name"))
                                  .with_unread("a", told("delete"))
                                  .from("d")
                                  .named<caller, audit::origin, dashboard_id, api::if_match>("dashboards.delete");
    pg::statement_batch whole;
    const auto allowed = whole.add(ask(id, who));
    const auto erased = whole.add(erase(who, origin, id, seen));
    co_await finish_or_run_again(tx, whole);
    access::require_allowed(whole.maybe<bool>(allowed), scope::delete_dashboard, "dashboard");
    if (!whole.maybe<dashboard_id>(erased))
        co_await refuse_unexpected(tx, id);
}

void remove_of_space(pg::statement_batch& statements, const caller& who, const audit::origin& from, project_id project,
                     space_id space)
{
    static const auto erase = sql::select(sql::raw("count(*)"))
                                  .with("d", sql::update("dashboards as d")
                                                 .set("deleted_at", sql::raw("now()"))
                                                 .set("deleted_by", sql::param<user_id>())
                                                 .where_null("d.deleted_at")
                                                 .where(spaces::lies_in_deleted_space("d"))
                                                 .returning("d.id", "d.name"))
                                  .with_unread("a", told("delete"))
                                  .from("d")
                                  .named<caller, audit::origin, project_id, space_id>("dashboards.delete_of_space");
    statements.add(erase(who, from, project, space));
}

task<void> restore(pg::transaction& tx, const caller& who, dashboard_id id, const audit::origin& origin)
{
    static const auto revive = sql::select("d.id")
                                   .with("d", sql::update("dashboards as d")
                                                  .set("deleted_at", sql::raw("null"))
                                                  .set("deleted_by", sql::raw("null"))
                                                  .from("projects as p")
                                                  .modify(is_own_deleted<sql::update>)
                                                  .returning("d.id", "d.name"))
                                   .with_unread("a", told("restore"))
                                   .from("d")
                                   .named<caller, audit::origin, dashboard_id>("dashboards.restore");
    pg::statement_batch whole;
    const auto allowed = whole.add(ask_deleted()(id, who));
    whole.add(revive(who, origin, id));
    co_await finish_or_run_again(tx, whole);
    access::require_allowed(whole.maybe<bool>(allowed), scope::restore_content, "deleted dashboard");
}

task<void> remove_for_good(pg::transaction& tx, const caller& who, dashboard_id id, const audit::origin& origin)
{
    static const auto erase = sql::select("d.id")
                                  .with("d", sql::remove("dashboards as d")
                                                 .using_tables("projects as p")
                                                 .modify(is_own_deleted<sql::remove>)
                                                 .returning("d.id", "d.name"))
                                  .with_unread("a", told("delete for good"))
                                  .from("d")
                                  .named<caller, audit::origin, dashboard_id>("dashboards.delete_for_good");
    pg::statement_batch whole;
    const auto allowed = whole.add(ask_deleted()(id, who));
    whole.add(erase(who, origin, id));
    co_await finish_or_run_again(tx, whole);
    access::require_allowed(whole.maybe<bool>(allowed), scope::restore_content, "deleted dashboard");
}

task<std::uint64_t> purge_deleted(pg::session& db, std::chrono::days older)
{
    static const auto purge =
        sql::remove("dashboards")
            .where(sql::raw::open("id in (select d.id from dashboards d where d.deleted_at < now() - "
                                  "make_interval(days => :days::int) limit 1000 for update skip locked)"))
            .named<sweeping>("dashboards.purge");
    auto sweep = purge({older.count()});
    const auto done = co_await db.query(sweep.what, std::move(sweep.values));
    co_return done.affected();
}

task<std::uint64_t> thin_versions(pg::session& db, std::chrono::days older)
{
    static const auto thin =
        sql::remove("dashboard_versions")
            .where(sql::raw::open(
                "id in (select v.id from dashboard_versions v where v.created_at < now() - make_interval(days => "
                ":days::int) and exists (select from dashboard_versions n where n.dashboard_id = v.dashboard_id and "
                "n.number > v.number and n.created_at < date_trunc('day', v.created_at, 'UTC') + interval '1 day') "
                "limit 1000 for update skip locked)"))
            .named<sweeping>("dashboards.thin_versions");
    auto sweep = thin({older.count()});
    const auto done = co_await db.query(sweep.what, std::move(sweep.values));
    co_return done.affected();
}

} // namespace lightdash::dashboards
