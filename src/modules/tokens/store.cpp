#include "modules/tokens/store.hpp"

#include "lightdash/api/outcome.hpp"
#include "lightdash/sql/builder.hpp"
#include "modules/shared/columns.hpp"
#include "modules/shared/secret_digest.hpp"

namespace lightdash::tokens {
namespace {

struct token_row {
    std::string_view description;
    pg::bytes token_hash;
    std::optional<pg::timestamptz> expires_at;
    bool auto_generated;
};
LIGHTDASH_DESCRIBE(token_row, description, token_hash, expires_at, auto_generated)

struct token_patch {
    pg::bytes token_hash;
    json::patch<pg::timestamptz> expires_at;
};
LIGHTDASH_DESCRIBE(token_patch, token_hash, expires_at)

// Of rows of a table or CTE t.
template <class Row = token>
sql::column_list token_columns()
{
    return sql::columns_of<Row>("t").set("uuid", "t.id");
}

// The statement's row of the audit log.
sql::insert told(std::string_view action)
{
    return audit::rows_of("t", action, "PersonalAccessToken",
                          sql::raw("jsonb_build_object('description', t.description, 'expiresAt', t.expires_at)"));
}

template <class Statement>
void is_own(Statement& statement)
{
    statement.where("t.id", sql::param<token_id>()).where("t.user_id", sql::param<user_id>());
}

pg::bound_statement ask_own(const caller& who, token_id id)
{
    static const auto ask = sql::select(sql::where("user_id", sql::param<user_id>()).as("own"))
                                .from("personal_access_tokens")
                                .where("id", sql::param<token_id>())
                                .named<caller, token_id>("tokens.is_own");
    return ask(who, id);
}

void require_own(std::optional<bool> own)
{
    if (!api::require_found(own, "personal access token"))
        throw error{error_kind::forbidden, "This is somebody else's personal access token."};
}

} // namespace

task<api::list<token>> store::list(pg::session& db, const caller& who, const api::query<token_query>& asked)
{
    static const auto found =
        sql::select().from("personal_access_tokens as t").where("t.user_id", sql::param<user_id>());
    static const auto count = sql::select{found}.count().named<caller>("tokens.count");
    static const auto page_of = sql::select{found}
                                    .columns(token_columns())
                                    .order_by("t.created_at")
                                    .order_by("t.id")
                                    .modify(paged)
                                    .named<caller, listing>("tokens.list");
    pg::statement_batch both;
    const auto total = both.add(count(who));
    const auto rows = both.add(page_of(who, {asked.page, {}}));
    co_await db.send(both);
    co_return api::list<token>{both.all<token>(rows), both.one<std::int64_t>(total), asked.page};
}

task<std::vector<held_token>> store::everybodys(pg::session& db, const token_filter& wanted)
{
    static const auto find = sql::select(token_columns<held_token>()
                                             .set("user_uuid", "u.id")
                                             .set("email", "u.email")
                                             .set("organization_uuid", "u.organization_id"))
                                 .from("personal_access_tokens as t")
                                 .join("users as u", "u.id", "t.user_id")
                                 .where(sql::raw::open("(:token::uuid is null or t.id = :token::uuid)"))
                                 .where(sql::raw::open("(:held_by::text is null or u.email = lower(:held_by::text))"))
                                 .order_by("u.email")
                                 .order_by("t.created_at")
                                 .order_by("t.id")
                                 .named<token_filter>("tokens.everybodys");
    return db.all<held_token>(find(wanted));
}

task<token> store::create(pg::transaction& tx, const caller& who, const audit::origin& from, const new_token& draft,
                          std::string_view text)
{
    static const auto insert = sql::select(token_columns())
                                   .with("t", sql::insert("personal_access_tokens")
                                                  .values_of<token_row>()
                                                  .set("user_id", sql::param<user_id>())
                                                  .returning("*"))
                                   .with_unread("told", told("create"))
                                   .from("t")
                                   .named<caller, audit::origin, token_row>("tokens.create_own");
    pg::statement_batch whole;
    const auto made = whole.add(insert(
        who, from, {draft.description, secret_digest(text), draft.expires_at, draft.auto_generated.value_or(false)}));
    co_await tx.finish(whole);
    co_return whole.one<token>(made);
}

task<token> store::rotate(pg::transaction& tx, const caller& who, const audit::origin& from, token_id id,
                          const rotation& change, std::string_view text)
{
    static const auto update = sql::select(token_columns())
                                   .with("t", sql::update("personal_access_tokens as t")
                                                  .changes_of<token_patch>("t")
                                                  .set("rotated_at", sql::now())
                                                  .modify(is_own<sql::update>)
                                                  .returning("t.*"))
                                   .with_unread("told", told("update"))
                                   .from("t")
                                   .named<caller, audit::origin, token_id, token_patch>("tokens.rotate");
    pg::statement_batch whole;
    const auto own = whole.add(ask_own(who, id));
    const auto changed = whole.add(update(who, from, id, {secret_digest(text), change.expires_at}));
    co_await tx.finish(whole);
    require_own(whole.maybe<bool>(own));
    co_return api::require_found(whole.maybe<token>(changed), "personal access token");
}

task<void> store::remove(pg::transaction& tx, const caller& who, const audit::origin& from, token_id id)
{
    static const auto erase =
        sql::select("t.id")
            .with("t", sql::remove("personal_access_tokens as t").modify(is_own<sql::remove>).returning("t.*"))
            .with_unread("told", told("delete"))
            .from("t")
            .named<caller, audit::origin, token_id>("tokens.delete");
    pg::statement_batch whole;
    const auto own = whole.add(ask_own(who, id));
    whole.add(erase(who, from, id));
    co_await tx.finish(whole);
    require_own(whole.maybe<bool>(own));
}

} // namespace lightdash::tokens
