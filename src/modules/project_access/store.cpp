#include "modules/project_access/store.hpp"

#include "lightdash/api/outcome.hpp"
#include "lightdash/sql/builder.hpp"
#include "modules/access/condition.hpp"
#include "modules/shared/race.hpp"

#include <array>
#include <fmt/format.h>

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

// To whom roles are given.
struct grantees {
    std::string_view roles, column, people; // project_memberships, user_id, users as o
    std::string_view type, name;            // of an assignment
};
constexpr grantees users_of{"project_memberships", "user_id", "users as o", "user",
                            "concat_ws(' ', o.first_name, o.last_name)"};
constexpr grantees groups_of{"project_group_access", "group_id", "groups as o", "group", "o.name"};

// Of a role g that was given to, or taken from, o.
sql::column_list assignment_columns(const grantees& to)
{
    return sql::columns_of<project_role_assignment>("g")
        .set("role_id", "g.role")
        .set("role_name", "g.role")
        .set("owner_type", sql::raw("'system'"))
        .set("assignee_type", sql::value(std::string{to.type}))
        .set("assignee_id", "o.id")
        .set("assignee_name", sql::raw::trusted(to.name))
        .set("created_at", sql::raw("g.created_at at time zone 'utc'"))
        .set("updated_at", sql::raw("g.created_at at time zone 'utc'"))
        .set("project_id", "g.id");
}

std::array<sql::expression, 4> changed_columns(std::string_view table, std::string_view column)
{
    const auto of = [&](std::string_view name) { return sql::ref(fmt::format("{}.{}", table, name)); };
    return {of("project_id").as("id"), of(column).as("grantee"), of("role").as("role"),
            of("created_at").as("created_at")};
}

// A role for a user or a group o of the project's organization, in place of the one they had.
prepared_grant give(const grantees& to, pg::sql_literal name, const sql::condition& who)
{
    const auto changed = changed_columns(to.roles, to.column);
    return sql::select(assignment_columns(to))
        .with("g", sql::insert(to.roles)
                       .set("project_id", sql::ref("p.id"))
                       .set(to.column, sql::ref("o.id"))
                       .set("role", sql::param<some_role>("given_role"))
                       .from(sql::select()
                                 .from("projects as p", to.people)
                                 .modify(is_managed<sql::select>)
                                 .where_column("o.organization_id", "p.organization_id")
                                 .where(who))
                       .on_conflict(sql::conflict("project_id", to.column).merge("role"))
                       .returning(changed[0], changed[1], changed[2], changed[3]))
        .with_unread("audited", audit::rows_of("g", "update", "Project",
                                               sql::raw("jsonb_build_object('grantee', g.grantee, 'role', g.role)")))
        .from("g")
        .join(to.people, "o.id", "g.grantee")
        .named<project_id, caller, audit::origin, grant>(name);
}

prepared_grant take(const grantees& from, pg::sql_literal name)
{
    const auto changed = changed_columns("a", from.column);
    return sql::select(assignment_columns(from))
        .with("g", sql::remove(sql::ref(from.roles).as("a"))
                       .using_tables("projects as p")
                       .modify(is_managed<sql::remove>)
                       .where_column("a.project_id", "p.id")
                       .where(fmt::format("a.{}", from.column), sql::param<std::optional<uuid>>("grantee"))
                       .returning(changed[0], changed[1], changed[2], changed[3]))
        .with_unread("audited",
                     audit::rows_of("g", "update", "Project", sql::raw("jsonb_build_object('withdrawn', g.grantee)")))
        .from("g")
        .join(from.people, "o.id", "g.grantee")
        .named<project_id, caller, audit::origin, grant>(name);
}

// `missing`: what it was when nobody's role was changed.
task<project_role_assignment> carry_out(pg::transaction& tx, const caller& who, const audit::origin& from,
                                        project_id project, const prepared_grant& statement, grant given,
                                        std::string_view missing)
{
    static const auto may = access::ask_project(scope::manage_project, "project_access.may_manage");
    pg::statement_batch whole;
    const auto allowed = whole.add(may(project, who));
    const auto changed = whole.add(statement(project, who, from, given));
    co_await finish_or_run_again(tx, whole);
    access::require_allowed(whole.maybe<bool>(allowed), scope::manage_project, "project");
    co_return api::require_found(whole.maybe<project_role_assignment>(changed), missing);
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
    const auto rows =
        co_await access::read_permitted(db, may(project, who), find(project), scope::manage_project, "project");
    co_return rows.all<project_member>();
}

task<project_member> store::member(pg::session& db, const caller& who, project_id project, user_id user)
{
    static const auto may = access::ask_project(scope::manage_project, "project_access.may_view_member");
    static const auto find =
        select_members().where("u.id", sql::param<user_id>()).named<project_id, user_id>("project_access.member");
    const auto row =
        co_await access::read_permitted(db, may(project, who), find(project, user), scope::manage_project, "project");
    co_return api::require_found(row.maybe<project_member>(), "user");
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
    const auto rows =
        co_await access::read_permitted(db, may(project, who), find(project), scope::manage_project, "project");
    co_return rows.all<group_access>();
}

task<void> store::add(pg::transaction& tx, const caller& who, const audit::origin& from, project_id project,
                      const new_member& given)
{
    static const auto statement = give(users_of, "project_access.add", is_grantee());
    co_await carry_out(tx, who, from, project, statement, {{}, given.email, given.role}, "user with this e-mail");
}

task<void> store::change(pg::transaction& tx, const caller& who, const audit::origin& from, project_id project,
                         user_id user, const given_role& given)
{
    static const auto statement = give(users_of, "project_access.change",
                                       is_grantee().where_exists(sql::select("m.user_id")
                                                                     .from("project_memberships as m")
                                                                     .where_column("m.project_id", "p.id")
                                                                     .where_column("m.user_id", "o.id")));
    co_await carry_out(tx, who, from, project, statement, {user.value, {}, given.role}, "member of this project");
}

task<void> store::remove(pg::transaction& tx, const caller& who, const audit::origin& from, project_id project,
                         user_id user)
{
    static const auto statement = take(users_of, "project_access.remove");
    co_await carry_out(tx, who, from, project, statement, {user.value, {}, {}}, "member of this project");
}

task<project_role_assignment> store::assign_to_user(pg::transaction& tx, const caller& who, const audit::origin& from,
                                                    project_id project, user_id user, const role_choice& chosen)
{
    static const auto statement = give(users_of, "project_access.assign_to_user", is_grantee());
    co_return co_await carry_out(tx, who, from, project, statement, {user.value, {}, chosen.role_id}, "user");
}

task<project_role_assignment> store::assign_to_group(pg::transaction& tx, const caller& who, const audit::origin& from,
                                                     project_id project, group_id group, const role_choice& chosen)
{
    static const auto statement =
        give(groups_of, "project_access.give_to_group", sql::where("o.id", sql::param<std::optional<uuid>>("grantee")));
    co_return co_await carry_out(tx, who, from, project, statement, {group.value, {}, chosen.role_id}, "group");
}

task<group_access> store::give_to_group(pg::transaction& tx, const caller& who, const audit::origin& from,
                                        group_id group, project_id project, const given_role& given)
{
    const role_choice chosen{given.role, {}};
    co_await assign_to_group(tx, who, from, project, group, chosen);
    co_return group_access{group, project, given.role};
}

task<void> store::take_from_group(pg::transaction& tx, const caller& who, const audit::origin& from, group_id group,
                                  project_id project)
{
    static const auto statement = take(groups_of, "project_access.take_from_group");
    co_await carry_out(tx, who, from, project, statement, {group.value, {}, {}}, "group in this project");
}

task<std::vector<project_role_assignment>> store::assignments(pg::session& db, const caller& who, project_id project)
{
    static const auto may = access::ask_project(scope::manage_project, "project_access.may_list_assignments");
    static const auto all_of = [](const grantees& to) {
        return sql::select(assignment_columns(to).set("project_id", "g.project_id"))
            .from(sql::ref(to.roles).as("g"))
            .join(to.people, "o.id", fmt::format("g.{}", to.column))
            .where("g.project_id", sql::param<project_id>());
    };
    static const auto find = all_of(users_of)
                                 .union_all(all_of(groups_of))
                                 .order_by("assignee_type", sql::desc)
                                 .order_by("assignee_name")
                                 .order_by("assignee_id")
                                 .named<project_id>("project_access.assignments");
    const auto rows =
        co_await access::read_permitted(db, may(project, who), find(project), scope::manage_project, "project");
    co_return rows.all<project_role_assignment>();
}

} // namespace lightdash::project_access
