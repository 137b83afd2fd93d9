#include "modules/groups/store.hpp"

#include "lightdash/sql/builder.hpp"
#include "modules/access/condition.hpp"
#include "modules/shared/columns.hpp"
#include "modules/shared/race.hpp"

namespace lightdash::groups {
namespace {

using access::scope;

// What a group's row and the list of its members are set to.
struct group_row {
    std::optional<group_id> id;
    std::optional<std::string> name;
    std::optional<std::vector<user_id>> members;

    group_row(group_id group, std::optional<std::string> to,
              const json::omittable<std::vector<member_reference>>& listed)
        : id(group), name(std::move(to))
    {
        if (!listed)
            return;
        for (const auto& each : members.emplace(), *listed)
            members->push_back(each.user_uuid);
    }
};
LIGHTDASH_DESCRIBE(group_row, id, name, members)

// A member named beside the caller.
struct one_member {
    std::optional<user_id> member; // an id that may be missing is another parameter than the caller's
};
LIGHTDASH_DESCRIBE(one_member, member)

sql::column_list group_columns()
{
    return sql::columns_of<group>("g")
        .set("uuid", "g.id")
        .set("organization_uuid", "g.organization_id")
        .set("created_at", sql::raw("g.created_at at time zone 'utc'"))
        .set("created_by_user_uuid", "g.created_by")
        .set("updated_at", sql::raw("g.updated_at at time zone 'utc'"))
        .set("updated_by_user_uuid", "g.updated_by")
        .set("members",
             sql::raw("coalesce((select jsonb_agg(jsonb_build_object('userUuid', u.id, 'email', u.email, "
                      "'firstName', u.first_name, 'lastName', u.last_name) order by u.email) from "
                      "group_memberships m join users u on u.id = m.user_id where m.group_id = g.id), '[]')"))
        .set("member_uuids", sql::raw("array(select m.user_id from group_memberships m join users u on u.id = "
                                      "m.user_id where m.group_id = g.id order by u.email)"));
}

sql::condition is_of_organization()
{
    return sql::where("g.organization_id", sql::param<organization_id>());
}

sql::prepared_for<group_id, caller> ask(pg::sql_literal name)
{
    return sql::select(is_of_organization().as("allowed"))
        .from("groups as g")
        .where("g.id", sql::param<group_id>())
        .named<group_id, caller>(name);
}

// The group g that is named, when it is of the caller's organization.
template <class Statement>
void is_own(Statement& statement)
{
    statement.where("g.id", sql::param<group_id>()).where(is_of_organization());
}

sql::prepared_for<group_id, caller> select_own(pg::sql_literal name)
{
    return sql::select(group_columns()).from("groups as g").modify(is_own<sql::select>).named<group_id, caller>(name);
}

// All that are listed are of the organization.
sql::condition members_fit()
{
    const auto listed = sql::param<std::optional<std::vector<user_id>>>("members");
    return sql::condition().where_null(listed).or_where(sql::raw("cardinality(?)", listed), "=",
                                                        sql::select(sql::raw("count(*)"))
                                                            .from("users")
                                                            .where(sql::raw("id = any (?)", listed))
                                                            .where("organization_id", sql::param<organization_id>()));
}

sql::insert insert_members_of(std::string_view changed)
{
    return sql::insert("group_memberships")
        .set("group_id", sql::ref(std::string{changed} + ".id"))
        .set("user_id", sql::ref("listed.user_id"))
        .from(sql::select().from(changed, sql::raw::open("unnest((select :members::uuid[])) listed(user_id)")))
        .on_conflict(sql::conflict("group_id", "user_id").ignore());
}

[[noreturn]] void refuse_members()
{
    throw error{error_kind::invalid_parameter, "Some of the members are no users of this organization."};
}

} // namespace

task<api::page<group>> store::list(pg::session& db, const caller& who, const api::query<group_query>& asked)
{
    static const auto found =
        sql::select().from("groups as g").where(is_of_organization()).where(matches_pattern({"g.name"}));
    static const auto count = sql::select{found}.count().named<caller, listing>("groups.count");
    static const auto page_of = sql::select{found}
                                    .columns(group_columns())
                                    .order_by("g.name")
                                    .order_by("g.id")
                                    .modify(paged)
                                    .named<caller, listing>("groups.list");
    const listing wanted{asked.page, asked.search_query};
    pg::statement_batch both;
    const auto total = both.add(count(who, wanted));
    const auto rows = both.add(page_of(who, wanted));
    co_await db.send(both);
    co_return api::page<group>{both.all<group>(rows), both.one<std::int64_t>(total), asked.page};
}

task<group> store::by_id(pg::session& db, const caller& who, group_id id)
{
    static const auto may = ask("groups.may_view");
    static const auto find = select_own("groups.by_id");
    const auto row = co_await access::read_permitted(db, may(id, who), find(id, who), scope::view_group, "group");
    co_return row.one<group>();
}

task<std::vector<group_member>> store::members(pg::session& db, const caller& who, group_id id)
{
    static const auto may = ask("groups.may_list_members");
    static const auto find = sql::select(sql::columns_of<group_member>("u").set("user_uuid", "u.id"))
                                 .from("group_memberships as m")
                                 .join("users as u", "u.id", "m.user_id")
                                 .join("groups as g", "g.id", "m.group_id")
                                 .modify(is_own<sql::select>)
                                 .order_by("u.email")
                                 .named<group_id, caller>("groups.members");
    const auto rows = co_await access::read_permitted(db, may(id, who), find(id, who), scope::view_group, "group");
    co_return rows.all<group_member>();
}

task<group> store::create(pg::transaction& tx, const caller& who, const audit::origin& from, const new_group& draft)
{
    static const auto insert =
        sql::select(sql::raw("count(*)"))
            .with("g", sql::insert("groups")
                           .set("id", sql::param<std::optional<group_id>>("id"))
                           .set("name", sql::param<std::optional<std::string>>("name"))
                           .set("organization_id", sql::param<organization_id>())
                           .set("created_by", sql::param<user_id>())
                           .set("updated_by", sql::param<user_id>())
                           .from(sql::select().where(members_fit()))
                           .returning("*"))
            .with_unread("m", insert_members_of("g"))
            .with_unread("audited",
                         audit::rows_of("g", "create", "Group", sql::raw("jsonb_build_object('name', g.name)")))
            .from("g")
            .named<caller, audit::origin, group_row>("groups.create");
    static const auto find = select_own("groups.created");
    const group_id id{uuid::random()};
    pg::statement_batch whole;
    const auto made = whole.add(insert(who, from, {id, draft.name, draft.members}));
    const auto told = whole.add(find(id, who));
    co_await finish_or_run_again(tx, whole);
    if (whole.one<std::int64_t>(made) == 0)
        refuse_members();
    co_return whole.one<group>(told);
}

task<group> store::update(pg::transaction& tx, const caller& who, const audit::origin& from, group_id id,
                          const group_changes& changes)
{
    static const auto may = ask("groups.may_update");
    static const auto update =
        sql::select(sql::raw("count(*)"))
            .with("g", sql::update("groups as g")
                           .set("name", or_as_it_is<std::optional<std::string>>("name", "name"))
                           .set("updated_by", sql::param<user_id>())
                           .where("g.id", sql::param<std::optional<group_id>>("id"))
                           .where(is_of_organization())
                           .where(members_fit())
                           .returning("g.*"))
            .with_unread("gone", sql::remove("group_memberships as m")
                                     .using_tables("g")
                                     .where_column("m.group_id", "g.id")
                                     .where(sql::raw::open("m.user_id <> all (:members::uuid[])")))
            .with_unread("m", insert_members_of("g"))
            .with_unread("audited",
                         audit::rows_of("g", "update", "Group",
                                        sql::raw::open("jsonb_build_object('name', g.name, 'members', :members)")))
            .from("g")
            .named<caller, audit::origin, group_row>("groups.update");
    static const auto find = select_own("groups.updated");
    pg::statement_batch whole;
    const auto allowed = whole.add(may(id, who));
    const auto changed =
        whole.add(update(who, from, {id, changes.name ? std::optional{*changes.name} : std::nullopt, changes.members}));
    const auto told = whole.add(find(id, who));
    co_await finish_or_run_again(tx, whole);
    access::require_allowed(whole.maybe<bool>(allowed), scope::manage_group, "group");
    if (whole.one<std::int64_t>(changed) == 0)
        refuse_members();
    co_return whole.one<group>(told);
}

task<void> store::remove(pg::transaction& tx, const caller& who, const audit::origin& from, group_id id)
{
    static const auto may = ask("groups.may_delete");
    static const auto erase =
        sql::select(sql::raw("count(*)"))
            .with("g", sql::remove("groups as g").modify(is_own<sql::remove>).returning("g.*"))
            .with_unread("audited",
                         audit::rows_of("g", "delete", "Group", sql::raw("jsonb_build_object('name', g.name)")))
            .from("g")
            .named<group_id, caller, audit::origin>("groups.delete");
    pg::statement_batch whole;
    const auto allowed = whole.add(may(id, who));
    whole.add(erase(id, who, from));
    co_await finish_or_run_again(tx, whole);
    access::require_allowed(whole.maybe<bool>(allowed), scope::manage_group, "group");
}

task<void> store::add_member(pg::transaction& tx, const caller& who, const audit::origin& from, group_id id,
                             user_id member)
{
    static const auto may = ask("groups.may_add_member");
    static const auto fits = sql::select(sql::raw("count(*)"))
                                 .from("users")
                                 .where("id", sql::param<std::optional<user_id>>("member"))
                                 .where("organization_id", sql::param<organization_id>())
                                 .named<caller, one_member>("groups.member_fits");
    static const auto insert =
        sql::select(sql::raw("count(*)"))
            .with("m", sql::insert("group_memberships")
                           .set("group_id", sql::ref("g.id"))
                           .set("user_id", sql::ref("u.id"))
                           .from(sql::select()
                                     .from("groups as g", "users as u")
                                     .modify(is_own<sql::select>)
                                     .where("u.id", sql::param<std::optional<user_id>>("member"))
                                     .where_column("u.organization_id", "g.organization_id"))
                           .on_conflict(sql::conflict("group_id", "user_id").ignore())
                           .returning(sql::ref("group_id").as("id"), "user_id"))
            .with_unread("audited",
                         audit::rows_of("m", "update", "Group", sql::raw("jsonb_build_object('added', m.user_id)")))
            .from("m")
            .named<group_id, caller, audit::origin, one_member>("groups.add_member");
    pg::statement_batch whole;
    const auto allowed = whole.add(may(id, who));
    const auto known = whole.add(fits(who, {member}));
    whole.add(insert(id, who, from, {member}));
    co_await finish_or_run_again(tx, whole);
    access::require_allowed(whole.maybe<bool>(allowed), scope::manage_group, "group");
    if (whole.one<std::int64_t>(known) == 0)
        refuse_members();
}

task<void> store::remove_member(pg::transaction& tx, const caller& who, const audit::origin& from, group_id id,
                                user_id member)
{
    static const auto may = ask("groups.may_remove_member");
    static const auto erase =
        sql::select(sql::raw("count(*)"))
            .with("m", sql::remove("group_memberships as m")
                           .using_tables("groups as g")
                           .modify(is_own<sql::remove>)
                           .where_column("m.group_id", "g.id")
                           .where("m.user_id", sql::param<std::optional<user_id>>("member"))
                           .returning(sql::ref("m.group_id").as("id"), "m.user_id"))
            .with_unread("audited",
                         audit::rows_of("m", "update", "Group", sql::raw("jsonb_build_object('removed', m.user_id)")))
            .from("m")
            .named<group_id, caller, audit::origin, one_member>("groups.remove_member");
    pg::statement_batch whole;
    const auto allowed = whole.add(may(id, who));
    whole.add(erase(id, who, from, {member}));
    co_await finish_or_run_again(tx, whole);
    access::require_allowed(whole.maybe<bool>(allowed), scope::manage_group, "group");
}

} // namespace lightdash::groups
