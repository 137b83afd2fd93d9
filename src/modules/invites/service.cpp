#include "modules/invites/service.hpp"

#include "lightdash/api/outcome.hpp"
#include "lightdash/sql/builder.hpp"
#include "modules/shared/in_passing.hpp"
#include "modules/shared/secret_digest.hpp"

#include <fmt/format.h>

namespace lightdash::invites {
namespace {

struct holder : caller {
    bool is_over;
};
LIGHTDASH_DESCRIBE_DERIVED(holder, caller, is_over)

} // namespace

task<caller> holder_of(pg::session& db, std::string_view code)
{
    static const auto find = sql::select(sql::columns_of<holder>("u")
                                             .set("user", "u.id")
                                             .set("organization", "u.organization_id")
                                             .set("is_over", sql::raw("i.expires_at <= now()")))
                                 .from("invite_links as i")
                                 .join("users as u", "u.id", "i.user_id")
                                 .where("i.code_hash", sql::param<pg::bytes>("hash"))
                                 .named<pg::bytes>("invites.holder_of");
    auto found = api::require_found(co_await db.maybe<holder>(find(secret_digest(code))), "invite");
    if (found.is_over)
        co_await end_expired(db, code);
    co_return found;
}

task<void> end_expired(pg::session& db, std::string_view code)
{
    static const auto erase = sql::remove("invite_links")
                                  .where("code_hash", sql::param<pg::bytes>("hash"))
                                  .where("expires_at", "<=", sql::now())
                                  .named<pg::bytes>("invites.delete_expired");
    co_await remove_in_passing(db, erase(secret_digest(code)));
    api::throw_expired("This invite has expired: ask for a new one.");
}

sql::remove removal_of(std::string_view users)
{
    return sql::remove("invite_links as i").using_tables(users).where_column("i.user_id", fmt::format("{}.id", users));
}

pg::statement_batch::ticket activate(pg::statement_batch& statements, const caller& holder, const audit::origin& from,
                                     std::string_view code, const users::activation& person)
{
    static const auto use = sql::select("u.id")
                                .with("i", sql::remove("invite_links")
                                               .where("user_id", sql::param<user_id>())
                                               .where("code_hash", sql::param<pg::bytes>("hash"))
                                               .where("expires_at", ">", sql::now())
                                               .returning("user_id"))
                                .with("u", users::activated_person("i"))
                                .with_unread("told", audit::rows_of("u", "create", "User",
                                                                    sql::raw("jsonb_build_object('email', u.email)")))
                                .from("u")
                                .named<caller, audit::origin, pg::bytes, users::activation>("invites.activate");
    return statements.add(use(holder, from, secret_digest(code), person));
}

void end_access_of(pg::statement_batch& statements, const caller& who, const other_user& member)
{
    static const auto erase = users::access_removal("invite_links", "invites.delete_of_member");
    statements.add(erase(who, member));
}

} // namespace lightdash::invites
