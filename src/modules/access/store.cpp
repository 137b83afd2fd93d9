#include "lightdash/modules/access/store.hpp"

#include "lightdash/sql/condition.hpp"
#include "lightdash/sql/update.hpp"

namespace lightdash::access {
namespace {

pg::bytes as_bytes(const token_digest& token)
{
    return {std::string(token.begin(), token.end())};
}

} // namespace

task<std::optional<token_holder>> token_store::holder_of(pg::session& db, const token_digest& token)
{
    static const pg::statement find{"tokens.holder_of", R"(
        select t.id as token, u.id as "user", u.organization_id as organization, u.role, u.email,
               coalesce(u.is_active, false) as is_active, t.expires_at
        from personal_access_tokens t
        join users u on u.id = t.user_id
        where t.token_hash = $1)"};
    return db.maybe<token_holder>(find, as_bytes(token));
}

task<bool> token_store::create(pg::session& db, std::string_view email, std::string_view description,
                               const token_digest& token, std::optional<pg::timestamptz> expires_at)
{
    static const pg::statement insert{"tokens.create", R"(
        insert into personal_access_tokens (user_id, description, token_hash, expires_at)
        select id, $2, $3, $4 from users where email = lower($1))"};
    const auto made = co_await db.execute(insert, email, description, as_bytes(token), expires_at);
    co_return made == 1;
}

task<void> token_store::touch(pg::session& db, token_id token)
{
    static const auto update = sql::update("personal_access_tokens")
                                   .set("last_used_at", sql::now())
                                   .where("id", sql::param<token_id>())
                                   .where(sql::condition()
                                              .where_null("last_used_at")
                                              .or_where("last_used_at", "<", sql::raw("now() - interval '1 minute'")))
                                   .named<token_id>("tokens.touch");
    co_await db.execute(update(token));
}

} // namespace lightdash::access
