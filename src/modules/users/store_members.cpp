// What admins do to members: an organization keeps an admin, whoever does what at the same moment.
#include "lightdash/sql/builder.hpp"
#include "modules/access/condition.hpp"
#include "modules/users/member_columns.hpp"
#include "modules/users/service.hpp"
#include "modules/users/store.hpp"

#include <fmt/format.h>

namespace lightdash::users {
namespace {

struct member_state {
    bool allowed;  // of the caller's organization
    bool by_admin; // the caller still is one
    bool last_admin;
};
LIGHTDASH_DESCRIBE(member_state, allowed, by_admin, last_admin)

struct new_role {
    organization_role wanted_role;
};
LIGHTDASH_DESCRIBE(new_role, wanted_role)

// Of rows of users.
sql::condition is_admin(std::string_view alias)
{
    return sql::where(fmt::format("{}.role", alias), "admin").where(fmt::format("{}.is_active", alias), true);
}

// The admins beside user u who can log in.
sql::select other_admins()
{
    return sql::select("a.id")
        .from("users as a")
        .where_column("a.organization_id", "u.organization_id")
        .where(is_admin("a"))
        .where_not_null("a.password_hash")
        .where_column("a.id", "<>", "u.id");
}

// The caller still is an admin of user u's organization, or an operator.
sql::condition by_admin()
{
    return sql::where(sql::param<bool>("by_command"), true)
        .or_where_exists(sql::select("c.id")
                             .from("users as c")
                             .where("c.id", sql::param<user_id>())
                             .where_column("c.organization_id", "u.organization_id")
                             .where(is_admin("c")));
}

sql::condition is_last_admin()
{
    return is_admin("u").where_not_exists(other_admins());
}

// The organization's row is locked first: what stands behind it in the batch sees what others who held it did.
pg::statement_batch::ticket add_state(pg::statement_batch& to, const caller& who, const audit::origin& from,
                                      const other_user& member)
{
    static const auto lock = sql::select("id")
                                 .from("organizations")
                                 .where("id", sql::param<organization_id>())
                                 .for_no_key_update()
                                 .named<caller>("users.lock_organization");
    static const auto ask = sql::select(sql::where("u.organization_id", sql::param<organization_id>()).as("allowed"),
                                        by_admin().as("by_admin"), is_last_admin().as("last_admin"))
                                .from("users as u")
                                .where("u.id", sql::param<user_id>("member"))
                                .named<caller, audit::origin, other_user>("users.member_state");
    to.add(lock(who));
    return to.add(ask(who, from, member));
}

void require_changed(std::optional<member_state> found, bool changed)
{
    const auto state = access::require_allowed(std::move(found), access::scope::manage_member, "user");
    if (changed)
        return;
    if (state.last_admin)
        throw error{error_kind::forbidden, "This is the last admin of the organization who can log in: make somebody "
                                           "else an admin first."};
    throw error{error_kind::forbidden, "You are no admin of the organization any more."};
}

// The member u that is named, as long as the caller may.
template <class Statement>
void is_member(Statement& statement)
{
    statement.where("u.id", sql::param<user_id>("member"))
        .where("u.organization_id", sql::param<organization_id>())
        .where(by_admin());
}

} // namespace

task<std::vector<known_user>> store::everybody(pg::session& db, const user_filter& wanted)
{
    static const auto find =
        sql::select(member_columns<known_user>().set("organization_name", "o.name"))
            .from("users as u")
            .join("organizations as o", "o.id", "u.organization_id")
            .where(sql::raw::open("(:wanted_email::text is null or u.email = lower(:wanted_email::text))"))
            .where(sql::raw::open("(:organization_name::text is null or o.name = :organization_name::text)"))
            .where(sql::raw::open("position(lower(:wanted_text) in lower(u.email || ' ' || u.first_name || ' ' || "
                                  "u.last_name)) > 0"))
            .order_by("o.name")
            .order_by("o.id")
            .order_by("u.email")
            .named<user_filter>("users.everybody");
    return db.all<known_user>(find(wanted));
}

task<organization_member> store::set_role(pg::transaction& tx, const caller& who, const audit::origin& from,
                                          user_id member, const role_change& change)
{
    static const auto update =
        sql::select(member_columns<organization_member>())
            .with(
                "u",
                sql::update("users as u")
                    .set("role", sql::raw::open(":wanted_role"))
                    .from("users as old")
                    .modify(is_member<sql::update>)
                    .where_column("old.id", "u.id")
                    .where(
                        sql::condition().where(sql::raw::open(":wanted_role = 'admin'")).or_where_not(is_last_admin()))
                    .returning("u.*", "old.role as old_role"))
            .with_unread("told", audit::rows_of("u", "manage", "OrganizationMemberProfile",
                                                sql::raw("jsonb_build_object('email', u.email, 'role', u.role, "
                                                         "'previousRole', u.old_role)")))
            .from("u")
            .named<caller, audit::origin, other_user, new_role>("users.set_role");
    pg::statement_batch whole;
    const auto asked = add_state(whole, who, from, {member});
    const auto changed = whole.add(update(who, from, {member}, {change.role}));
    co_await tx.finish(whole);
    auto now = whole.maybe<organization_member>(changed);
    require_changed(whole.maybe<member_state>(asked), now.has_value());
    co_return std::move(*now);
}

task<void> store::deactivate(pg::transaction& tx, const caller& who, const audit::origin& from, user_id member)
{
    static const auto update =
        sql::select("u.id")
            .with("u", sql::update("users as u")
                           .set("is_active", false)
                           .modify(is_member<sql::update>)
                           .where_not(is_last_admin())
                           .returning("u.*"))
            .with_unread("told", audit::rows_of("u", "delete", "OrganizationMemberProfile",
                                                sql::raw("jsonb_build_object('email', u.email)")))
            .from("u")
            .named<caller, audit::origin, other_user>("users.deactivate");
    if (member == who.user)
        throw error{error_kind::forbidden, "Nobody deactivates their own account: another admin can."};
    pg::statement_batch whole;
    const auto asked = add_state(whole, who, from, {member});
    const auto changed = whole.add(update(who, from, {member}));
    end_access_of(whole, who, {member});
    co_await tx.finish(whole);
    require_changed(whole.maybe<member_state>(asked), whole.maybe<user_id>(changed).has_value());
}

} // namespace lightdash::users
