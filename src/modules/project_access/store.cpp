#include "modules/project_access/store.hpp"

#include "lightdash/api/outcome.hpp"
#include "lightdash/sql/builder.hpp"
#include "modules/access/condition.hpp"
#include "modules/shared/race.hpp"

namespace lightdash::project_access {
namespace {

using access::scope;

// Whom a role is given to, or taken from, and which.
struct grant {
    std::optional<uuid> grantee;
    std::optional<std::string> given_email; // `email` and `role` are the caller's
    std::optional<access::project_role> given_role;
};
LIGHTDASH_DESCRIBE(grant, grantee, given_email, given_role)
using prepared_grant = sql::prepared_for<project_id, caller, audit::origin, grant>;
using some_role = std::optional<access::project_role>;

// The project p that is named, when the caller may manage it.
template <class Statement>
void is_managed(Statement& statement)
{
    statement.where("p.id", sql::param<project_id>()).where(access::may_in(scope::manage_project, "p"));
}

sql::condition is_grantee()
{
    return sql::where("o.id", sql::param<std::optional<uuid>>("grantee"))
        .or_where("o.email", sql::call("lower", sql::param<std::optional<std::string>>("given_email")));
}

// A role for a user or a group o of the project's organization, in place of the one they had.
prepared_grant give(std::string_view table, std::string_view column, std::string_view grantees, pg::sql_literal name,
                    const sql::condition& who)
{
    return sql::select(sql::raw("count(*)"))
        .with("g", sql::insert(table)
                       .set("project_id", sql::ref("p.id"))
                       .set(column, sql::ref("o.id"))
                       .set("role", sql::param<some_role>("given_role"))
                       .from(sql::select()
                                 .from("projects as p", grantees)
                                 .modify(is_managed<sql::select>)
                                 .where_column("o.organization_id", "p.organization_id")
                                 .where(who))
                       .on_conflict(sql::conflict("project_id", column).merge("role"))
                       .returning(sql::ref("project_id").as("id"), sql::ref(column).as("grantee"), "role"))
        .with_unread("audited", audit::rows_of("g", "update", "Project",
                                               sql::raw("jsonb_build_object('grantee', g.grantee, 'role', g.role)")))
        .from("g")
        .named<project_id, caller, audit::origin, grant>(name);
}

prepared_grant take(std::string_view table, std::string_view grantee, pg::sql_literal name)
{
    return sql::select(sql::raw("count(*)"))
        .with("g", sql::remove(table)
                       .using_tables("projects as p")
                       .modify(is_managed<sql::remove>)
                       .where_column("a.project_id", "p.id")
                       .where(grantee, sql::param<std::optional<uuid>>("grantee"))
                       .returning(sql::ref("p.id").as("id"), sql::ref(grantee).as("grantee")))
        .with_unread("audited",
                     audit::rows_of("g", "update", "Project", sql::raw("jsonb_build_object('withdrawn', g.grantee)")))
        .from("g")
        .named<project_id, caller, audit::origin, grant>(name);
}

// `missing`: what it was when nobody's role was changed.
task<void> carry_out(pg::transaction& tx, const caller& who, const audit::origin& from, project_id project,
                     const prepared_grant& statement, grant given, std::string_view missing)
{
    static const auto may = access::ask_project(scope::manage_project, "project_access.may_manage");
    pg::statement_batch whole;
    const auto allowed = whole.add(may(project, who));
    const auto changed = whole.add(statement(project, who, from, given));
    co_await finish_or_run_again(tx, whole);
    access::require_allowed(whole.maybe<bool>(allowed), scope::manage_project, "project");
    if (whole.one<std::int64_t>(changed) == 0)
        api::throw_not_found(missing);
}

sql::select select_members()
{
    return sql::select(sql::columns_of<project_member>("m")
                           .set("user_uuid", "u.id")
                           .set("project_uuid", "m.project_id")
                           .set("email", "u.email")
                           .set("first_name", "u.first_name")
                           .set("last_name", "u.last_name"))
        .from("project_memberships as m")
        .join("users as u", "u.id", "m.user_id")
        .where("m.project_id", sql::param<project_id>());
}

} // namespace

task<std::vector<project_member>> store::members(pg::session& db, const caller& who, project_id project)
{
    static const auto may = access::ask_project(scope::manage_project, "project_access.may_list");
    static const auto find = select_members().order_by("u.email").named<project_id>("project_access.members");
    pg::statement_batch both;
    const auto allowed = both.add(may(project, who));
    const auto rows = both.add(find(project));
    co_await db.send(both);
    access::require_allowed(both.maybe<bool>(allowed), scope::manage_project, "project");
    co_return both.all<project_member>(rows);
}

task<project_member> store::member(pg::session& db, const caller& who, project_id project, user_id user)
{
    static const auto may = access::ask_project(scope::manage_project, "project_access.may_view_member");
    static const auto find =
        select_members().where("u.id", sql::param<user_id>()).named<project_id, user_id>("project_access.member");
    pg::statement_batch both;
    const auto allowed = both.add(may(project, who));
    const auto row = both.add(find(project, user));
    co_await db.send(both);
    access::require_allowed(both.maybe<bool>(allowed), scope::manage_project, "project");
    co_return api::require_found(both.maybe<project_member>(row), "user");
}

task<std::vector<group_access>> store::groups(pg::session& db, const caller& who, project_id project)
{
    static const auto may = access::ask_project(scope::manage_project, "project_access.may_list_groups");
    static const auto find =
        sql::select(
            sql::columns_of<group_access>("a").set("group_uuid", "a.group_id").set("project_uuid", "a.project_id"))
            .from("project_group_access as a")
            .join("groups as g", "g.id", "a.group_id")
            .where("a.project_id", sql::param<project_id>())
            .order_by("g.name")
            .named<project_id>("project_access.groups");
    pg::statement_batch both;
    const auto allowed = both.add(may(project, who));
    const auto rows = both.add(find(project));
    co_await db.send(both);
    access::require_allowed(both.maybe<bool>(allowed), scope::manage_project, "project");
    co_return both.all<group_access>(rows);
}

namespace {

prepared_grant give_to_user(pg::sql_literal name, const sql::condition& who)
{
    return give("project_memberships", "user_id", "users as o", name, who);
}

} // namespace

task<void> store::add(pg::transaction& tx, const caller& who, const audit::origin& from, project_id project,
                      const new_member& given)
{
    static const auto statement = give_to_user("project_access.add", is_grantee());
    return carry_out(tx, who, from, project, statement, {{}, given.email, given.role}, "user with this e-mail");
}

task<void> store::change(pg::transaction& tx, const caller& who, const audit::origin& from, project_id project,
                         user_id user, const given_role& given)
{
    static const auto statement =
        give_to_user("project_access.change", is_grantee().where_exists(sql::select("m.user_id")
                                                                            .from("project_memberships as m")
                                                                            .where_column("m.project_id", "p.id")
                                                                            .where_column("m.user_id", "o.id")));
    return carry_out(tx, who, from, project, statement, {user.value, {}, given.role}, "member of this project");
}

task<void> store::remove(pg::transaction& tx, const caller& who, const audit::origin& from, project_id project,
                         user_id user)
{
    static const auto statement = take("project_memberships as a", "a.user_id", "project_access.remove");
    return carry_out(tx, who, from, project, statement, {user.value, {}, {}}, "member of this project");
}

task<group_access> store::give_to_group(pg::transaction& tx, const caller& who, const audit::origin& from,
                                        group_id group, project_id project, const given_role& given)
{
    static const auto statement =
        give("project_group_access", "group_id", "groups as o", "project_access.give_to_group",
             sql::where("o.id", sql::param<std::optional<uuid>>("grantee")));
    co_await carry_out(tx, who, from, project, statement, {group.value, {}, given.role}, "group");
    co_return group_access{group, project, given.role};
}

task<void> store::take_from_group(pg::transaction& tx, const caller& who, const audit::origin& from, group_id group,
                                  project_id project)
{
    static const auto statement = take("project_group_access as a", "a.group_id", "project_access.take_from_group");
    return carry_out(tx, who, from, project, statement, {group.value, {}, {}}, "group in this project");
}

} // namespace lightdash::project_access
