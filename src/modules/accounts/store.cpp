#include "modules/accounts/store.hpp"

#include "lightdash/api/outcome.hpp"
#include "lightdash/sql/builder.hpp"
#include "modules/invites/service.hpp"
#include "modules/shared/columns.hpp"
#include "modules/shared/in_passing.hpp"

namespace lightdash::accounts {
namespace {

pg::bytes as_bytes(const access::token_digest& digest)
{
    return {std::string(digest.begin(), digest.end())};
}

// A session's row, as a statement binds it.
struct session_row {
    pg::bytes id_hash;
    double lifetime_s;
    explicit session_row(const new_session& session)
        : id_hash(as_bytes(session.id)), lifetime_s(static_cast<double>(session.lifetime.count()))
    {}
};
LIGHTDASH_DESCRIBE(session_row, id_hash, lifetime_s)

// One for each row of `users_made`.
sql::insert session_of(std::string_view users_made)
{
    return sql::insert("sessions")
        .set("id_hash", sql::param<pg::bytes>("id_hash"))
        .set("user_id", sql::ref("id"))
        .set("expires_at", sql::raw::open("now() + make_interval(secs => :lifetime_s)"))
        .from(sql::select().from(users_made));
}

} // namespace

task<login_account> store::by_email(pg::session& db, std::string_view email, std::string_view address)
{
    static const pg::statement find{
        "accounts.by_email",
        "select u.id as \"user\", u.organization_id as organization, u.role, asked.email, "
        "coalesce(u.is_active, false) as is_active, coalesce(u.password_hash, '') as password_hash "
        "from (select lower($1) as email) as asked left join users as u on u.email = asked.email"};
    pg::statement_batch both;
    const auto account = both.add(find, email);
    const auto standing = attempts::ask(both, email, address);
    co_await db.send(both);
    require_unblocked(both.one<blocking>(standing));
    co_return both.one<login_account>(account);
}

task<begun> store::begin_session(pg::session& db, user_id who, std::string_view compared_hash,
                                 std::optional<std::string_view> better_hash, const new_session& session)
{
    static const pg::statement begin{
        "sessions.begin",
        "with blocked as (select ceil(extract(epoch from a.blocked_until - now()))::bigint as seconds "
        "from login_attempts a join users u on u.email = a.subject and u.id = $1 "
        "where a.kind = 'account' and a.blocked_until > now()), "
        "u as (select id, email from users where id = $1 and is_active and password_hash = $2 "
        "and not exists (select from blocked)), "
        "s as (insert into sessions (id_hash, user_id, expires_at) "
        "select $4, id, now() + make_interval(secs => $5) from u returning user_id), "
        "r as (update users set password_hash = $3 where id in (select user_id from s) and $3 is not null), "
        "c as (delete from login_attempts a using u where a.kind = 'account' and a.subject = u.email) "
        "select exists (select from s) as started, coalesce((select seconds from blocked), 0) as account"};
    const session_row row{session};
    return db.one<begun>(begin, who, compared_hash, better_hash, row.id_hash, row.lifetime_s);
}

task<void> store::end_session(pg::session& db, const access::token_digest& id)
{
    static const auto erase =
        sql::remove("sessions").where("id_hash", sql::param<pg::bytes>()).named<pg::bytes>("sessions.end");
    co_await db.execute(erase(as_bytes(id)));
}

task<bool> store::may_register(pg::session& db, bool multiple_organizations)
{
    static const pg::statement ask{"accounts.may_register", "select $1 or not exists (select from organizations)"};
    return db.one<bool>(ask, multiple_organizations);
}

task<bool> store::create(pg::session& db, const caller& who, const audit::origin& from, const new_account& account,
                         const new_session& session, bool multiple_organizations)
{
    // Two that register first at the same moment: the second looks when the first is done.
    static const pg::statement one_at_a_time{
        "accounts.lock", "select 1 from pg_advisory_xact_lock(hashtextextended('lightdash.register', 0))"};
    static const auto insert =
        sql::select(sql::raw("count(*) > 0"))
            .with("o",
                  sql::insert("organizations")
                      .set("id", sql::param<organization_id>())
                      .set("name", sql::param<std::string>("organization_name"))
                      .set("created_at", now_in_utc())
                      .set("updated_at", now_in_utc())
                      .from(sql::select().where(sql::raw::open(":multiple or not exists (select from organizations)")))
                      .returning("id"))
            .with("u", sql::insert("users")
                           .set("id", sql::param<user_id>())
                           .set("organization_id", sql::ref("o.id"))
                           .set("role", sql::param<organization_role>("role"))
                           .set("email", sql::raw::open("lower(:email)"))
                           .set("first_name", sql::param<std::string>("first_name"))
                           .set("last_name", sql::param<std::string>("last_name"))
                           .set("password_hash", sql::param<std::string>("password_hash"))
                           .set("created_at", now_in_utc())
                           .set("updated_at", now_in_utc())
                           .from(sql::select().from("o"))
                           .returning("id"))
            .with_unread("s", session_of("u"))
            .with_unread("told", audit::rows_of("u", "create", "User"))
            .from("u")
            .named<caller, audit::origin, new_account, session_row, bool>("accounts.create");
    pg::statement_batch whole;
    whole.add(one_at_a_time);
    const auto made = whole.add(insert(who, from, account, session_row{session}, multiple_organizations));
    co_await db.send(whole);
    co_return whole.one<bool>(made);
}

namespace {

struct passwords {
    std::string_view hash, compared_hash;
};
LIGHTDASH_DESCRIBE(passwords, hash, compared_hash)

sql::update new_password()
{
    return sql::update("users as u")
        .set("password_hash", sql::param<std::string_view>("hash"))
        .where("u.id", sql::param<user_id>())
        .where(sql::raw("u.is_active"))
        .returning("u.id", "u.email");
}

// Of the users u, whose password is new: whoever has the old one, or a link to choose one, is out.
void end_other_ways_in(sql::select& statement)
{
    statement.with_unread("s", sql::remove("sessions").using_tables("u").where_column("sessions.user_id", "u.id"))
        .with_unread("l", sql::remove("password_reset_links as l").using_tables("u").where_column("l.user_id", "u.id"))
        .with_unread("c", sql::remove("login_attempts as a")
                              .using_tables("u")
                              .where(sql::raw("a.kind = 'account'"))
                              .where_column("a.subject", "u.email"))
        .with_unread("i", invites::removal_of("u"))
        .with_unread("told", audit::rows_of("u", "update", "Password"))
        .from("u");
}

} // namespace

task<bool> store::set_password(pg::session& db, const caller& who, const audit::origin& from,
                               std::string_view compared_hash, std::string_view hash)
{
    static const auto change =
        sql::select(sql::raw("count(*) > 0"))
            .with("u", new_password().where(sql::raw::open("coalesce(u.password_hash, '') = :compared_hash")))
            .modify(end_other_ways_in)
            .named<caller, audit::origin, passwords>("accounts.set_password");
    return db.one<bool>(change(who, from, passwords{hash, compared_hash}));
}

task<bool> store::replace_password(pg::session& db, const caller& who, const audit::origin& from, std::string_view hash)
{
    static const auto change = sql::select(sql::raw("count(*) > 0"))
                                   .with("u", new_password())
                                   .modify(end_other_ways_in)
                                   .named<caller, audit::origin, std::string_view>("accounts.replace_password");
    return db.one<bool>(change(who, from, hash));
}

task<void> store::create_link(pg::session& db, std::string_view email, const access::token_digest& code,
                              const mail::message& message)
{
    using text = std::string_view;
    static const auto insert =
        sql::select(sql::raw("count(*)"))
            .with("made", sql::insert("password_reset_links")
                              .set("code_hash", sql::param<pg::bytes>())
                              .set("user_id", sql::ref("u.id"))
                              .set("expires_at", sql::raw("now() + interval '1 hour'"))
                              .from(sql::select()
                                        .from("users as u")
                                        .where("u.email", sql::call("lower", sql::param<text>()))
                                        .where(sql::raw("u.is_active and u.password_hash is not null"))
                                        .where(sql::raw("not exists (select from password_reset_links as l where "
                                                        "l.user_id = u.id and l.created_at > now() - interval '1 "
                                                        "minute')")))
                              .returning("user_id"))
            .with_unread("told", mail::to_outbox("made"))
            .from("made")
            .named<pg::bytes, text, mail::message>("password_reset_links.create");
    co_await db.one<std::int64_t>(insert(as_bytes(code), email, message));
}

namespace {

struct link_holder {
    user_id user;
    organization_id organization;
    organization_role role;
    std::string email;
    bool is_over;
};
LIGHTDASH_DESCRIBE(link_holder, user, organization, role, email, is_over)

} // namespace

task<caller> store::holder_of_link(pg::session& db, const access::token_digest& code)
{
    static const pg::statement find{
        "password_reset_links.holder_of",
        "select u.id as \"user\", u.organization_id as organization, u.role, u.email, l.expires_at <= now() as is_over "
        "from password_reset_links as l join users as u on u.id = l.user_id and u.is_active where l.code_hash = $1"};
    const auto found = api::require_found(co_await db.maybe<link_holder>(find, as_bytes(code)), "link");
    if (found.is_over) {
        static const auto erase = sql::remove("password_reset_links")
                                      .where("code_hash", sql::param<pg::bytes>())
                                      .where("expires_at", "<=", sql::now())
                                      .named<pg::bytes>("password_reset_links.delete_expired");
        co_await remove_in_passing(db, erase(as_bytes(code)));
        api::throw_expired("This link has expired: ask for another one.");
    }
    co_return caller{found.user, found.organization, found.role, found.email};
}

task<void> store::use_link(pg::session& db, const caller& who, const audit::origin& from,
                           const access::token_digest& code, std::string_view hash)
{
    static const auto change =
        sql::select(sql::raw("count(*) > 0"))
            .with("used", sql::remove("password_reset_links")
                              .where("code_hash", sql::param<pg::bytes>())
                              .where("user_id", sql::param<user_id>())
                              .where("expires_at", ">", sql::now())
                              .returning("user_id"))
            .with("u", new_password().where(sql::raw("exists (select from used)")))
            .modify(end_other_ways_in)
            .named<caller, audit::origin, pg::bytes, std::string_view>("password_reset_links.use");
    if (!co_await db.one<bool>(change(who, from, as_bytes(code), hash)))
        api::throw_not_found("link");
}

task<std::uint64_t> store::sweep(pg::session& db)
{
    static const pg::statement erase{
        "accounts.sweep",
        "with s as (delete from sessions where id_hash in (select id_hash from sessions where expires_at < now() "
        "limit 1000 for update skip locked) returning 1), "
        "l as (delete from password_reset_links where code_hash in (select code_hash from password_reset_links "
        "where expires_at < now() - interval '1 day' limit 1000 for update skip locked) returning 1) "
        "select greatest((select count(*) from s), (select count(*) from l))"};
    co_return static_cast<std::uint64_t>(co_await db.one<std::int64_t>(erase));
}

} // namespace lightdash::accounts
