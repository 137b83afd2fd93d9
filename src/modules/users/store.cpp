#include "modules/users/store.hpp"

#include "lightdash/sql/builder.hpp"
#include "modules/access/condition.hpp"
#include "modules/shared/columns.hpp"
#include "modules/users/abilities.hpp"
#include "modules/users/member_columns.hpp"

namespace lightdash::users {

namespace {

// The changes by the names of the columns, but for the e-mail, which the caller has too.
struct account_names {
    json::omittable<std::string> first_name, last_name;
};
LIGHTDASH_DESCRIBE(account_names, first_name, last_name)
struct account_patch : account_names {
    json::omittable<std::string> new_email;
};
LIGHTDASH_DESCRIBE_DERIVED(account_patch, account_names, new_email)

pg::bound_statement select_account(user_id id)
{
    static const auto find = sql::select(sql::columns_of<user_account>("u")
                                             .set("user_uuid", "u.id")
                                             .set("organization_uuid", "o.id")
                                             .set("organization_name", "o.name")
                                             .set("organization_created_at", or_epoch("o.created_at"))
                                             .set("is_active", sql::raw("coalesce(u.is_active, false)"))
                                             .set("is_pending", sql::raw("u.password_hash is null"))
                                             .set("created_at", or_epoch("u.created_at"))
                                             .set("updated_at", or_epoch("u.updated_at")))
                                 .from("users as u")
                                 .join("organizations as o", "o.id", "u.organization_id")
                                 .where("u.id", sql::param<user_id>())
                                 .named<user_id>("users.by_id");
    return find(id);
}

struct found_member : organization_member {
    bool allowed;
};
LIGHTDASH_DESCRIBE_DERIVED(found_member, organization_member, allowed)

sql::select select_member()
{
    return sql::select(member_columns<found_member>().set(
                           "allowed", sql::where("u.organization_id", sql::param<organization_id>())))
        .from("users as u");
}

organization_member require_member(std::optional<found_member> found)
{
    return access::require_allowed(std::move(found), access::scope::view_member, "user");
}

// What a list is sorted by.
struct order {
    std::string_view sort_key;
    bool descending;
};
LIGHTDASH_DESCRIBE(order, sort_key, descending)

order order_of(const member_query& asked)
{
    const order made{asked.sort_by ? std::string_view{*asked.sort_by} : "email", asked.sort_direction == "desc"};
    std::vector<field_error> faults;
    if (made.sort_key != "email" && made.sort_key != "name" && made.sort_key != "role")
        faults.push_back({"sortBy", "The query parameter sortBy must be email, name or role."});
    if (asked.sort_direction && !made.descending && *asked.sort_direction != "asc")
        faults.push_back({"sortDirection", "The query parameter sortDirection must be asc or desc."});
    if (!faults.empty())
        throw error{error_kind::invalid_body, "The query has faults."}.with_fields(std::move(faults));
    return made;
}

} // namespace

namespace {

// Both statements of what somebody is told of themselves.
class asked_profile {
public:
    asked_profile(pg::statement_batch& whole, const caller& who)
        : account_(whole.add(select_account(who.user))), roles_(project_access::ask_roles_of(whole, who.user))
    {}

    user_profile answer(pg::statement_batch& whole, const caller& who) const
    {
        user_profile made{whole.one<user_account>(account_)};
        made.ability_rules = abilities_of(who, whole.all<project_access::role_in_project>(roles_));
        return made;
    }

private:
    pg::statement_batch::ticket account_, roles_;
};

} // namespace

task<user_profile> store::profile(pg::session& db, const caller& who)
{
    pg::statement_batch both;
    const asked_profile asked{both, who};
    co_await db.send(both);
    co_return asked.answer(both, who);
}

task<api::page<organization_member>> store::list(pg::session& db, const caller& who,
                                                 const api::query<member_query>& asked)
{
    static const auto members =
        sql::select()
            .from("users as u")
            .where("u.organization_id", sql::param<organization_id>())
            .where(matches_pattern({"u.email", sql::raw("u.first_name || ' ' || u.last_name")}));
    static const auto count = sql::select{members}.count().named<caller, listing>("users.count");
    static const auto sorted = sql::select{members}
                                   .columns("u.*", sql::raw::open("case :sort_key when 'name' then lower(u.first_name "
                                                                  "|| ' ' || u.last_name) when 'role' then "
                                                                  "array_position(array['member', 'viewer', "
                                                                  "'interactive_viewer', 'editor', 'developer', "
                                                                  "'admin'], u.role::text)::text else u.email end")
                                                       .as("key"))
                                   .as("u");
    static const auto page_of = sql::select(member_columns<organization_member>())
                                    .from(sorted)
                                    .order_by(sql::raw::open("case when :descending then null else u.key end"))
                                    .order_by(sql::raw("u.key"), sql::desc)
                                    .order_by("u.id")
                                    .modify(paged)
                                    .named<caller, listing, order>("users.list");
    const auto by = order_of(asked);
    const listing wanted{asked.page, asked.search_query};
    pg::statement_batch both;
    const auto total = both.add(count(who, wanted));
    const auto rows = both.add(page_of(who, wanted, by));
    co_await db.send(both);
    co_return api::page<organization_member>{both.all<organization_member>(rows), both.one<std::int64_t>(total),
                                             asked.page};
}

task<organization_member> store::by_user(pg::session& db, const caller& who, user_id member)
{
    static const auto find =
        select_member().where("u.id", sql::param<user_id>("member")).named<caller, other_user>("users.member");
    co_return require_member(co_await db.maybe<found_member>(find(who, {member})));
}

task<organization_member> store::by_email(pg::session& db, const caller& who, std::string_view email)
{
    using text = std::string_view;
    static const auto find = select_member()
                                 .where("u.email", sql::call("lower", sql::param<text>("wanted")))
                                 .named<caller, text>("users.member_by_email");
    co_return require_member(co_await db.maybe<found_member>(find(who, email)));
}

task<user_profile> store::update_own(pg::transaction& tx, const caller& who, const audit::origin& from,
                                     const account_changes& changes)
{
    static const auto update =
        sql::select("c.id")
            .with("c", sql::update("users as u")
                           .changes_of<account_names>("u")
                           .set("email", sql::raw::open("coalesce(lower(:new_email), u.email)"))
                           .from("users as old")
                           .where("u.id", sql::param<user_id>())
                           .where_column("old.id", "u.id")
                           .returning("u.id", "u.email", "old.email as old_email"))
            .with_unread("told", audit::rows_of("c", "manage", "User",
                                                sql::raw("case when c.email = c.old_email then '{}'::jsonb else "
                                                         "jsonb_build_object('email', c.email) end")))
            .from("c")
            .named<caller, audit::origin, account_patch>("users.update_own");
    pg::statement_batch whole;
    whole.add(update(who, from, {{changes.first_name, changes.last_name}, changes.email}));
    const asked_profile asked{whole, who};
    co_await tx.finish(whole);
    co_return asked.answer(whole, who);
}

task<user_id> store::create(pg::session& db, std::string_view organization_name, const new_user& user)
{
    using text = std::string_view;
    static const auto named = sql::param<text>("organization");
    static const auto insert =
        sql::insert("users")
            .with("existing", sql::select("id")
                                  .from("organizations")
                                  .where("name", named)
                                  .order_by("created_at")
                                  .order_by("id")
                                  .limit(sql::raw("1")))
            .with("made", sql::insert("organizations")
                              .set("name", named)
                              .set("created_at", now_in_utc())
                              .set("updated_at", now_in_utc())
                              .from(sql::select().where_not_exists(sql::select("id").from("existing")))
                              .returning("id"))
            .values_of<new_user>()
            .set("email", sql::raw::open("lower(:email)"))
            .set("password_hash", sql::raw::open("nullif(:password_hash, '')"))
            .set("organization_id", sql::ref("o.id"))
            .set("created_at", now_in_utc())
            .set("updated_at", now_in_utc())
            .from(sql::select().from(
                sql::select("id").from("existing").union_all(sql::select("id").from("made")).as("o")))
            .returning("id")
            .named<text, new_user>("users.create");
    return db.one<user_id>(insert(organization_name, user));
}

} // namespace lightdash::users
