#include "modules/invites/store.hpp"

#include "lightdash/api/outcome.hpp"
#include "lightdash/core/time.hpp"
#include "lightdash/sql/builder.hpp"
#include "modules/invites/service.hpp"
#include "modules/shared/secret_digest.hpp"
#include "modules/users/service.hpp"

namespace lightdash::invites {
namespace {

struct invite_row {
    pg::bytes code_hash;
    pg::timestamptz expires_at;
};
LIGHTDASH_DESCRIBE(invite_row, code_hash, expires_at)

struct found_invite : invite {
    bool is_over;
};
LIGHTDASH_DESCRIBE_DERIVED(found_invite, invite, is_over)

// From a row i of invite_links and its user u.
template <class Row>
sql::column_list invite_columns()
{
    return sql::columns_of<Row>("i")
        .set("organization_uuid", "i.organization_id")
        .set("user_uuid", "i.user_id")
        .set("email", "u.email");
}

} // namespace

task<invite> store::create(pg::transaction& tx, const caller& who, const audit::origin& from, const new_invite& draft,
                           std::string_view code, const mail::message& letter)
{
    static const auto insert =
        sql::select(invite_columns<invite>())
            .with("u", users::invited_person())
            .with("i", sql::insert("invite_links")
                           .values_of<invite_row>()
                           .set("user_id", sql::ref("u.id"))
                           .set("organization_id", sql::param<organization_id>())
                           .set("created_by", sql::param<user_id>())
                           .set("created_at", sql::now())
                           .from(sql::select().from("u"))
                           .on_conflict(sql::conflict("user_id").merge())
                           .returning("*"))
            .with_unread("told", audit::rows_of("u", "create", "InviteLink",
                                                sql::raw("jsonb_build_object('email', u.email, 'role', u.role)")))
            .with_unread("mailed", mail::to_outbox("u"))
            .from("i")
            .join("u", "u.id", "i.user_id")
            .named<caller, audit::origin, invite_row, users::invitation, mail::message>("invites.create");
    if (draft.expires_at <= utc_now())
        throw error{error_kind::invalid_parameter, "expiresAt has passed: an invite must end in the future."};
    pg::statement_batch whole;
    const auto made = whole.add(insert(who, from, {secret_digest(code), draft.expires_at},
                                       {draft.email, draft.role.value_or(organization_role::member)}, letter));
    co_await tx.finish(whole);
    auto created = whole.maybe<invite>(made);
    if (!created)
        throw error{error_kind::invalid_parameter, "There is an account with this e-mail already."};
    co_return std::move(*created);
}

task<invite> store::by_code(pg::session& db, std::string_view code)
{
    static const auto find =
        sql::select(invite_columns<found_invite>().set("is_over", sql::raw("i.expires_at <= now()")))
            .from("invite_links as i")
            .join("users as u", "u.id", "i.user_id")
            .where("i.code_hash", sql::param<pg::bytes>("hash"))
            .named<pg::bytes>("invites.by_code");
    auto found = api::require_found(co_await db.maybe<found_invite>(find(secret_digest(code))), "invite");
    if (found.is_over)
        co_await end_expired(db, code);
    co_return found;
}

task<void> store::remove_all(pg::transaction& tx, const caller& who, const audit::origin& from)
{
    static const auto erase = sql::select("i.id")
                                  .with("i", sql::remove("invite_links")
                                                 .where("organization_id", sql::param<organization_id>())
                                                 .returning("user_id as id"))
                                  .with_unread("told", audit::rows_of("i", "delete", "InviteLink"))
                                  .from("i")
                                  .named<caller, audit::origin>("invites.delete_all");
    pg::statement_batch whole;
    whole.add(erase(who, from));
    co_await tx.finish(whole);
}

} // namespace lightdash::invites
