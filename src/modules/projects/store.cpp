#include "modules/projects/store.hpp"

#include "lightdash/sql/builder.hpp"
#include "modules/access/condition.hpp"
#include "modules/projects/service.hpp"
#include "modules/shared/columns.hpp"
#include "modules/shared/race.hpp"

namespace lightdash::projects {
namespace {

using access::scope;

struct found_project : project {
    bool allowed;
};
LIGHTDASH_DESCRIBE_DERIVED(found_project, project, allowed)

// From projects p.
template <class Row>
sql::column_list project_columns()
{
    return sql::columns_of<Row>("p")
        .set("organization_uuid", "p.organization_id")
        .set("project_uuid", "p.id")
        .set("dbt_connection", sql::raw("p.dbt_connection || jsonb_build_object('type', p.dbt_project_type)"))
        .set("created_by_user_uuid", "p.created_by")
        .set("upstream_project_uuid", "p.upstream_project_id")
        .set("created_at", or_epoch("p.created_at"))
        .set("updated_at", or_epoch("p.updated_at"));
}

} // namespace

task<project_details> store::by_id(pg::session& db, const caller& who, project_id id)
{
    static const auto find =
        sql::select(project_columns<found_project>().set("allowed", access::may_in(scope::view_project, "p")))
            .from("projects as p")
            .where("p.id", sql::param<project_id>())
            .named<project_id, caller>("projects.by_id");
    auto found = co_await db.maybe<found_project>(find(id, who));
    co_return project_details{access::require_allowed(std::move(found), scope::view_project, "project")};
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

task<project_details> store::create(pg::transaction& tx, const caller& who, const new_project& draft)
{
    using other_project = std::optional<project_id>;
    static const auto upstream = sql::param<other_project>("upstream_project_uuid");
    static const auto insert =
        sql::select(project_columns<project>())
            .with("p", sql::insert("projects")
                           .values_of<project_content>()
                           .set("type", sql::raw::open("coalesce(:type, 'DEFAULT')"))
                           .set("dbt_version", sql::raw::open("coalesce(:dbt_version, 'v1.9')"))
                           .set("dbt_project_type", sql::raw::open(":dbt_connection_type"))
                           .set("dbt_connection", sql::raw::open(":dbt_connection_settings"))
                           .set("organization_id", sql::param<organization_id>())
                           .set("upstream_project_id", upstream)
                           .set("created_by", sql::param<user_id>())
                           .set("created_at", now_in_utc())
                           .set("updated_at", now_in_utc())
                           .from(sql::select().where(sql::condition().where_null(upstream).or_where_exists(
                               sql::select("o.id")
                                   .from("projects as o")
                                   .where("o.id", upstream)
                                   .where(access::may_in(scope::view_project, "o")))))
                           .returning("*"))
            .from("p")
            .named<caller, new_project>("projects.create");
    pg::statement_batch whole;
    const auto made = whole.add(insert(who, draft));
    co_await finish_or_run_again(tx, whole);
    auto created = whole.maybe<project>(made);
    if (!created)
        throw error{error_kind::invalid_parameter, "There is no upstream project with that upstreamProjectUuid."};
    co_return project_details{std::move(*created)};
}

task<project_details> store::update(pg::transaction& tx, const caller& who, project_id id,
                                    const project_changes& changes)
{
    using some_type = std::optional<dbt_project_type>;
    using some_json = std::optional<pg::json_text>;
    static const auto ask = access::ask_project(scope::update_project, "projects.may_update");
    static const auto update =
        sql::select(project_columns<project>())
            .with("p", sql::update("projects")
                           .changes_of<project_patch>()
                           .set("dbt_project_type", or_as_it_is<some_type>("dbt_project_type", "dbt_connection_type"))
                           .set("dbt_connection", or_as_it_is<some_json>("dbt_connection", "dbt_connection_settings"))
                           .where("id", sql::param<project_id>())
                           .where(access::may_in(scope::update_project, "projects"))
                           .returning("*"))
            .from("p")
            .named<caller, project_id, project_changes>("projects.update");
    pg::statement_batch whole;
    const auto allowed = whole.add(ask(id, who));
    const auto changed = whole.add(update(who, id, changes));
    co_await finish_or_run_again(tx, whole);
    access::require_allowed(whole.maybe<bool>(allowed), scope::update_project, "project");
    co_return project_details{whole.one<project>(changed)};
}

task<void> store::remove(pg::transaction& tx, const caller& who, project_id id)
{
    static const auto ask = access::ask_project(scope::delete_project, "projects.may_delete");
    static const auto erase = sql::remove("projects as p")
                                  .where("p.id", sql::param<project_id>())
                                  .where(access::may_in(scope::delete_project, "p"))
                                  .named<project_id, caller>("projects.delete");
    pg::statement_batch whole;
    const auto allowed = whole.add(ask(id, who));
    remove_contents_of_project(whole, who, id);
    whole.add(erase(id, who));
    co_await finish_or_run_again(tx, whole);
    access::require_allowed(whole.maybe<bool>(allowed), scope::delete_project, "project");
}

} // namespace lightdash::projects
