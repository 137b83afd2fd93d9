#include "modules/projects/store.hpp"

#include "lightdash/sql/builder.hpp"
#include "modules/access/condition.hpp"
#include "modules/project_access/service.hpp"
#include "modules/projects/project_statements.hpp"
#include "modules/projects/service.hpp"
#include "modules/shared/columns.hpp"
#include "modules/shared/race.hpp"

#include <utility>

namespace lightdash::projects {
namespace {

using access::scope;

// The project `o` of that id, when the caller sees it.
sql::select seen_project(const sql::expression& id)
{
    return sql::select("o.id").from("projects as o").where("o.id", id).where(access::may_in(scope::view_project, "o"));
}

sql::insert told(std::string_view action, const sql::expression& detail)
{
    return audit::rows_of("p", action, "Project", detail);
}

struct found_cache_config {
    std::optional<std::int32_t> ttl;
    bool allowed;
};
LIGHTDASH_DESCRIBE(found_cache_config, ttl, allowed)

} // namespace

task<project_details> store::by_id(pg::session& db, const caller& who, project_id id)
{
    static const auto find = select_details();
    auto found = co_await db.maybe<found_project>(find(id, who));
    co_return require_details(std::move(found));
}

task<api::list<project_summary>> store::list(pg::session& db, const caller& who, const api::query<list_query>& asked)
{
    static const auto found = sql::select()
                                  .from("projects")
                                  .where(access::may_in(scope::view_project, "projects"))
                                  .where(matches_pattern({"name"}));
    static const auto count = sql::select{found}.count().named<caller, listing>("projects.count");
    static const auto page_of = sql::select{found}
                                    .columns(sql::columns_of<project_summary>()
                                                 .set("project_uuid", "id")
                                                 .set("created_by_user_uuid", "created_by")
                                                 .set("created_at", or_epoch("created_at"))
                                                 .set("upstream_project_uuid", "upstream_project_id"))
                                    .order_by("created_at")
                                    .order_by("id")
                                    .modify(paged)
                                    .named<caller, listing>("projects.list");
    const listing wanted{asked.page, asked.search};
    pg::statement_batch both;
    const auto total = both.add(count(who, wanted));
    const auto rows = both.add(page_of(who, wanted));
    co_await db.send(both);
    co_return api::list<project_summary>{both.all<project_summary>(rows), both.one<std::int64_t>(total), asked.page};
}

task<results_cache_config> store::results_cache(pg::session& db, const caller& who, project_id id)
{
    static const auto find = sql::select(sql::ref("p.results_cache_ttl_seconds").as("ttl"),
                                         access::may_in(scope::update_project, "p").as("allowed"))
                                 .from("projects as p")
                                 .where("p.id", sql::param<project_id>())
                                 .named<project_id, caller>("projects.results_cache");
    auto found = co_await db.maybe<found_cache_config>(find(id, who));
    const auto row = access::require_allowed(std::move(found), scope::update_project, "project");
    co_return results_cache_config{id, row.ttl, results_cache_config::instance_default};
}

task<project_details> store::create(pg::transaction& tx, const caller& who, const audit::origin& from,
                                    const sealing& with, const new_project& draft)
{
    using other_project = std::optional<project_id>;
    using some_credentials = std::optional<credentials_id>;
    static const auto upstream = sql::param<other_project>("upstream_project_uuid");
    static const auto credentials = sql::param<some_credentials>("organization_warehouse_credentials_uuid");
    static const auto insert =
        sql::select("p.id")
            .with("p",
                  sql::insert("projects")
                      .values_of<project_content>()
                      .set("id", sql::param<project_id>())
                      .set("type", sql::raw::open("coalesce(:type, 'DEFAULT')"))
                      .set("dbt_version", sql::raw::open("coalesce(:dbt_version, 'v1.9')"))
                      .set("dbt_project_type", sql::raw::open(":dbt_connection_type"))
                      .set("dbt_connection", sql::raw::open(":dbt_connection_settings"))
                      .set("encrypted_dbt_credentials", sql::raw::open(":encrypted_dbt_credentials"))
                      .set("dbt_key_id", sql::raw::open(":dbt_key_id"))
                      .set("organization_id", sql::param<organization_id>())
                      .set("upstream_project_id", upstream)
                      .set("warehouse_connection_id", credentials)
                      .set("created_by", sql::param<user_id>())
                      .set("created_at", now_in_utc())
                      .set("updated_at", now_in_utc())
                      .from(sql::select()
                                .where(sql::condition().where_null(upstream).or_where_exists(seen_project(upstream)))
                                .where(sql::condition()
                                           .where_null(credentials)
                                           .or_where(warehouses::are_credentials(credentials))))
                      .returning("*"))
            .with_unread("creator", project_access::creator_as_admin("p"))
            .with_unread("told", told("create", sql::raw("jsonb_build_object('name', p.name, 'type', p.type, 'admin', "
                                                         "p.created_by)")))
            .from("p")
            .named<caller, audit::origin, project_id, project_draft, sealed_dbt>("projects.create");
    static const auto find = select_details();
    const auto id = project_id{uuid::random()};
    const bool own = draft.warehouse_connection && !draft.organization_warehouse_credentials_uuid;
    pg::statement_batch whole;
    const auto made = whole.add(insert(who, from, id, draft, seal_dbt(with, who, id, draft.dbt_connection.secrets)));
    if (own)
        whole.add(own_connection()(
            who, id,
            warehouses::sealed_row(*draft.warehouse_connection, "/warehouseConnection", std::nullopt, who, with)));
    const auto created = whole.add(find(id, who));
    co_await finish_or_run_again(tx, whole);
    if (whole.rows(made).rows() != 0)
        co_return require_details(whole.maybe<found_project>(created));
    if (draft.upstream_project_uuid)
        throw error{error_kind::invalid_parameter,
                    "There is no upstream project with that upstreamProjectUuid, or no warehouse credentials with that "
                    "organizationWarehouseCredentialsUuid."};
    refuse_unknown_credentials();
}

task<void> store::change(pg::transaction& tx, const caller& who, const audit::origin& from, project_id id,
                         const project_settings& changes)
{
    using other_project = std::optional<project_id>;
    static const auto upstream = sql::param<other_project>("upstream_project_id");
    static const auto ask = access::ask_project(scope::update_project, "projects.may_change");
    static const auto update =
        sql::select("p.id")
            .with("p", sql::update("projects as p")
                           .changes_of<project_settings>("p")
                           .where("p.id", sql::param<project_id>())
                           .where(access::may_in(scope::update_project, "p"))
                           .where(sql::raw::open("(:scheduler_timezone::text is null or exists (select from "
                                                 "pg_timezone_names z where z.name = :scheduler_timezone))"))
                           .where(sql::condition().where_null(upstream).or_where_exists(
                               seen_project(upstream).where_column("o.id", "<>", "p.id")))
                           .returning("p.*"))
            .with_unread("told", told("update", sql::raw::open("jsonb_strip_nulls(jsonb_build_object('name', "
                                                               ":name::text, 'schedulerTimezone', "
                                                               ":scheduler_timezone::text, 'cacheTtlSeconds', "
                                                               ":results_cache_ttl_seconds::int4))")))
            .from("p")
            .named<caller, audit::origin, project_id, project_settings>("projects.change");
    pg::statement_batch whole;
    const auto allowed = whole.add(ask(id, who));
    const auto changed = whole.add(update(who, from, id, changes));
    co_await finish_or_run_again(tx, whole);
    access::require_allowed(whole.maybe<bool>(allowed), scope::update_project, "project");
    if (whole.rows(changed).rows() == 0)
        throw error{error_kind::invalid_parameter,
                    changes.scheduler_timezone
                        ? "There is no time zone of that name: an IANA name such as Europe/Berlin is one."
                        : "There is no other project with that upstreamProjectUuid."};
}

task<void> store::remove(pg::transaction& tx, const caller& who, const audit::origin& from, project_id id)
{
    static const auto ask = access::ask_project(scope::delete_project, "projects.may_delete");
    static const auto erase =
        sql::select("p.id")
            .with("p", sql::remove("projects as p")
                           .where("p.id", sql::param<project_id>())
                           .where(access::may_in(scope::delete_project, "p"))
                           .returning("p.*"))
            .with_unread("told", told("delete", sql::raw("jsonb_build_object('name', p.name, 'type', p.type)")))
            .from("p")
            .named<project_id, caller, audit::origin>("projects.delete");
    pg::statement_batch whole;
    const auto allowed = whole.add(ask(id, who));
    remove_contents_of_project(whole, who, id);
    whole.add(erase(id, who, from));
    co_await finish_or_run_again(tx, whole);
    access::require_allowed(whole.maybe<bool>(allowed), scope::delete_project, "project");
}

} // namespace lightdash::projects
