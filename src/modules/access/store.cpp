#include "modules/access/store.hpp"

#include "lightdash/sql/builder.hpp"

namespace lightdash::access {
namespace {

pg::bytes as_bytes(const token_digest& token)
{
    return {std::string(token.begin(), token.end())};
}

} // namespace

task<std::optional<token_holder>> token_store::holder_of(pg::session& db, const token_digest& token)
{
    static const auto find = sql::select(sql::columns_of<token_holder>("u")
                                             .set("token", "t.id")
                                             .set("user", "u.id")
                                             .set("organization", "u.organization_id")
                                             .set("is_active", sql::raw("coalesce(u.is_active, false)"))
                                             .set("expires_at", "t.expires_at"))
                                 .from("personal_access_tokens as t")
                                 .join("users as u", "u.id", "t.user_id")
                                 .where("t.token_hash", sql::param<pg::bytes>())
                                 .named<pg::bytes>("tokens.holder_of");
    return db.maybe<token_holder>(find(as_bytes(token)));
}

namespace {

struct new_token {
    std::string_view description;
    pg::bytes token_hash;
    std::optional<pg::timestamptz> expires_at;
};
LIGHTDASH_DESCRIBE(new_token, description, token_hash, expires_at)

} // namespace

task<bool> token_store::create(pg::session& db, std::string_view email, std::string_view description,
                               const token_digest& token, std::optional<pg::timestamptz> expires_at)
{
    static const auto insert =
        sql::insert("personal_access_tokens")
            .values_of<new_token>()
            .set("user_id", sql::ref("id"))
            .from(sql::select().from("users").where("email", sql::call("lower", sql::param<std::string_view>())))
            .named<new_token, std::string_view>("tokens.create");
    const auto made = co_await db.execute(insert(new_token{description, as_bytes(token), expires_at}, email));
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

task<std::optional<session_holder>> session_store::holder_of(pg::session& db, const token_digest& id)
{
    static const auto find =
        sql::select(sql::columns_of<session_holder>("u")
                        .set("user", "u.id")
                        .set("organization", "u.organization_id")
                        .set("is_active", sql::raw("coalesce(u.is_active, false)"))
                        .set("was_away", sql::raw("s.last_seen_at < now() - interval '1 minute'"))
                        .set("rest_s", sql::raw("ceil(extract(epoch from s.expires_at - now()))::bigint")))
            .from("sessions as s")
            .join("users as u", "u.id", "s.user_id")
            .where("s.id_hash", sql::param<pg::bytes>())
            .where("s.expires_at", ">", sql::now())
            .named<pg::bytes>("sessions.holder_of");
    return db.maybe<session_holder>(find(as_bytes(id)));
}

task<void> session_store::touch(pg::session& db, const token_digest& id, std::chrono::seconds lifetime)
{
    static const auto update = sql::update("sessions")
                                   .set("last_seen_at", sql::now())
                                   .set("expires_at", sql::raw::open("now() + make_interval(secs => :lifetime)"))
                                   .where("id_hash", sql::param<pg::bytes>())
                                   .where("last_seen_at", "<", sql::raw("now() - interval '1 minute'"))
                                   .named<double, pg::bytes>("sessions.touch");
    co_await db.execute(update(static_cast<double>(lifetime.count()), as_bytes(id)));
}

} // namespace lightdash::access
