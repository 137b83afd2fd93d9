#include "modules/explores/store.hpp"

#include "lightdash/api/outcome.hpp"
#include "lightdash/sql/builder.hpp"
#include "modules/access/condition.hpp"
#include "modules/explores/service.hpp"
#include "modules/shared/columns.hpp"
#include "modules/shared/race.hpp"

#include <utility>

namespace lightdash::explores {
namespace {

using access::scope;

struct stored_explore {
    pg::json_text definition;
    uuid etag;
};
LIGHTDASH_DESCRIBE(stored_explore, definition, etag)

// The explore e that is named.
void is_named(sql::select& statement)
{
    statement.from("explores as e")
        .where("e.project_id", sql::param<project_id>())
        .where("e.name", sql::param<std::string_view>("name"));
}

} // namespace

task<deployed_explores> store::replace(pg::transaction& tx, const caller& who, project_id project,
                                       const explore_list& all)
{
    static const auto ask = access::ask_project(scope::compile_project, "explores.may_replace");
    static const auto allowed_project = sql::select("p.id")
                                            .from("projects as p")
                                            .where("p.id", sql::param<project_id>())
                                            .where(access::may_in(scope::compile_project, "p"));
    static const auto put =
        sql::select(sql::raw("(select count(*) from wanted)").as("explores"),
                    sql::raw("(select count(*) from wanted where errors is not null)").as("with_errors"),
                    sql::raw("(select count(*) from kept)").as("changed"),
                    sql::raw("(select count(*) from gone)").as("removed"))
            .with("allowed", allowed_project)
            .with("wanted",
                  sql::select(sql::raw("one.value").as("definition"), sql::raw("one.value ->> 'name'").as("name"),
                              sql::raw("coalesce(one.value ->> 'label', one.value ->> 'name')").as("label"),
                              sql::raw("case when jsonb_typeof(one.value -> 'errors') = 'array' and "
                                       "one.value -> 'errors' <> '[]' then one.value -> 'errors' end")
                                  .as("errors"),
                              sql::raw("md5(one.value::text)::uuid").as("etag"))
                      .from("allowed", sql::raw::open("jsonb_array_elements((select :explores::jsonb)) one(value)")))
            .with("gone", sql::remove("explores as e")
                              .using_tables("allowed")
                              .where_column("e.project_id", "allowed.id")
                              .where(sql::raw("e.name not in (select name from wanted)"))
                              .returning("e.id"))
            .with("kept", sql::insert("explores")
                              .set("project_id", sql::ref("allowed.id"))
                              .set("name", sql::ref("wanted.name"))
                              .set("label", sql::ref("wanted.label"))
                              .set("definition", sql::ref("wanted.definition"))
                              .set("errors", sql::ref("wanted.errors"))
                              .set("etag", sql::ref("wanted.etag"))
                              .from(sql::select().from("wanted", "allowed"))
                              .on_conflict(sql::conflict("project_id", "name")
                                               .merge("label", "definition", "errors", "etag")
                                               .where_column("explores.etag", "<>", "excluded.etag"))
                              .returning("id"))
            .named<caller, project_id, explore_list>("explores.replace");
    pg::statement_batch whole;
    const auto allowed = whole.add(ask(project, who));
    const auto made = whole.add(put(who, project, all));
    co_await finish_or_run_again(tx, whole);
    access::require_allowed(whole.maybe<bool>(allowed), scope::compile_project, "project");
    co_return whole.one<deployed_explores>(made);
}

task<std::vector<explore_summary>> store::list(pg::session& db, const caller& who, project_id project)
{
    static const auto ask = access::ask_project(scope::view_project, "explores.may_list");
    static const auto find =
        sql::select(sql::columns_of<explore_summary>("e")
                        .set("tags", sql::raw("e.definition -> 'tags'"))
                        .set("group_label", sql::raw("e.definition ->> 'groupLabel'"))
                        .set("database_name",
                             sql::raw("e.definition #>> array['tables', e.definition ->> 'baseTable', 'database']"))
                        .set("schema_name",
                             sql::raw("e.definition #>> array['tables', e.definition ->> 'baseTable', 'schema']"))
                        .set("description",
                             sql::raw("e.definition #>> array['tables', e.definition ->> 'baseTable', 'description']")))
            .from("explores as e")
            .where("e.project_id", sql::param<project_id>())
            .order_by("e.name")
            .named<project_id>("explores.list");
    const auto rows =
        co_await access::read_permitted(db, ask(project, who), find(project), scope::view_project, "project");
    co_return rows.all<explore_summary>();
}

task<api::tagged<pg::json_text>> store::by_name(pg::session& db, const caller& who, project_id project,
                                                const explore_name& name)
{
    static const auto ask = access::ask_project(scope::view_project, "explores.may_view");
    static const auto find = sql::select(sql::columns_of<stored_explore>("e"))
                                 .modify(is_named)
                                 .named<project_id, explore_name>("explores.by_name");
    const auto row =
        co_await access::read_permitted(db, ask(project, who), find(project, name), scope::view_project, "project");
    auto found = api::require_found(row.maybe<stored_explore>(), "explore");
    co_return api::tagged<pg::json_text>{std::move(found.definition), found.etag};
}

task<told_query> store::compile_query(pg::session& db, const caller& who, project_id project, const explore_name& name,
                                      const metric_query& asked)
{
    co_return told_query{(co_await compiled_for(db, who, project, name.name, asked)).query};
}

} // namespace lightdash::explores
