#include "modules/accounts/routes.hpp"

#include "lightdash/api/outcome.hpp"
#include "lightdash/api/routes.hpp"
#include "lightdash/core/password.hpp"
#include "lightdash/core/random_text.hpp"
#include "modules/access/service.hpp"
#include "modules/accounts/facilities.hpp"
#include "modules/accounts/store.hpp"
#include "modules/invites/service.hpp"
#include "modules/users/service.hpp"

#include <fmt/format.h>

namespace lightdash::accounts {
namespace {

constexpr std::size_t bytes_of_secret = 32; // of a session's id, and of a mailed link's code

using logged_in = api::with_headers<users::user_profile>;

[[noreturn]] void refuse_login()
{
    throw error{error_kind::unauthenticated, "The e-mail or the password is not right."};
}

// A session's id, shown to the browser alone.
struct fresh_session {
    secret id = random_hex(bytes_of_secret);
    new_session row;
    explicit fresh_session(const facilities& with) : row{access::digest_of(id.reveal()), with.cookie.rules().lifetime}
    {}
};

task<logged_in> answer_with(pg::session& db, const facilities& with, const caller& who, const fresh_session& session)
{
    logged_in answer{co_await users::profile_of(who, db), {}};
    answer.headers.emplace_back("Set-Cookie", with.cookie.holding(session.id.reveal()));
    co_return answer;
}

// Compares the password off the loop; a wrong one counts, and then throws.
task<void> require_password(const facilities& with, const client& asks, const std::string& email,
                            const std::string& hash, const std::string& password)
{
    if (co_await with.passwords.matches(hash, password))
        co_return;
    const auto db = with.database.exclusive(asks.until);
    co_await attempts::failed(*db, email, asks.address);
    refuse_login();
}

task<logged_in> login(pg::session& db, const facilities& with, const client& asks, const credentials& sent)
{
    const auto account = co_await store::by_email(db, sent.email, asks.address);
    co_await require_password(with, asks, account.email, account.password_hash, sent.password);
    if (!account.user)
        refuse_login();
    if (!account.is_active)
        throw error{error_kind::forbidden, "Your account is deactivated: ask an admin of your organization."};
    std::optional<std::string> better;
    if (needs_rehash(account.password_hash))
        better = co_await with.passwords.hash(sent.password);

    const fresh_session session{with};
    const auto writes = with.database.exclusive(asks.until);
    const auto made = co_await store::begin_session(*writes, *account.user, account.password_hash, better, session.row);
    require_unblocked({made.account, 0});
    if (!made.started)
        refuse_login();
    co_return co_await answer_with(db, with, {*account.user, *account.organization, *account.role, account.email},
                                   session);
}

// A POST and a GET: browsers follow a link to log out, too.
task<api::with_headers<void>> logout(const facilities& with, const client& asks)
{
    if (const auto id = with.cookie.presented_in(asks.cookie); !id.empty()) {
        const auto db = with.database.exclusive(asks.until);
        co_await store::end_session(*db, access::digest_of(id));
        with.gate.rights_changed();
    }
    co_return api::with_headers<void>{{{"Set-Cookie", with.cookie.gone()}}};
}

task<void> require_room(const facilities& with, const client& asks)
{
    const auto db = with.database.exclusive(asks.until);
    require_unblocked(co_await attempts::count(*db, asks.address));
}

// On a connection of its own: an invite that is over is removed by the look.
task<caller> invited_by(const facilities& with, const client& asks, std::string_view code)
{
    const auto db = with.database.exclusive(asks.until);
    co_return co_await invites::holder_of(*db, code);
}

task<logged_in> join(pg::session& db, const facilities& with, const client& asks, const audit::origin& from,
                     const registration& sent)
{
    const auto holder = co_await invited_by(with, asks, *sent.invite_code);
    const auto hash = co_await with.passwords.hash(sent.password);
    const fresh_session session{with};
    const auto writes = with.database.exclusive(asks.until);
    pg::statement_batch whole;
    const auto used =
        invites::activate(whole, holder, from, *sent.invite_code, {sent.first_name, sent.last_name, hash});
    co_await writes->send(whole);
    if (!whole.maybe<user_id>(used))
        api::throw_not_found("invite: it was used or revoked");
    with.gate.rights_changed();
    if (!(co_await store::begin_session(*writes, holder.user, hash, std::nullopt, session.row)).started)
        refuse_login();
    co_return co_await answer_with(db, with, holder, session);
}

task<logged_in> sign_up(pg::session& db, const facilities& with, const client& asks, const audit::origin& from,
                        const registration& sent)
{
    co_await require_room(with, asks);
    if (sent.invite_code)
        co_return co_await join(db, with, asks, from, sent);
    const auto refuse = [] {
        throw error{error_kind::forbidden, "This server has its organization already: ask one of its admins for an "
                                           "invite."};
    };
    const bool multiple = with.allowed.multiple_organizations;
    if (!co_await store::may_register(db, multiple))
        refuse();
    const auto hash = co_await with.passwords.hash(sent.password);
    const fresh_session session{with};
    const caller who{user_id{uuid::random()}, organization_id{uuid::random()}, organization_role::admin, *sent.email};
    const new_account account{sent.first_name, sent.last_name, hash,
                              sent.organization_name.value_or(fmt::format("{} {}", sent.first_name, sent.last_name))};
    const auto writes = with.database.exclusive(asks.until);
    if (!co_await store::create(*writes, who, from, account, session.row, multiple))
        refuse();
    co_return co_await answer_with(db, with, who, session);
}

task<api::with_headers<void>> change_password(const caller& who, pg::session& db, const facilities& with,
                                              const client& asks, const audit::origin& from,
                                              const password_change& sent)
{
    const auto account = co_await store::by_email(db, who.email, asks.address);
    if (!account.password_hash.empty())
        co_await require_password(with, asks, account.email, account.password_hash, sent.password.value_or(""));
    const auto hash = co_await with.passwords.hash(sent.new_password);
    const auto writes = with.database.exclusive(asks.until);
    if (!co_await store::set_password(*writes, who, from, account.password_hash, hash))
        throw error{error_kind::stale, "Your password was changed by somebody else at the same moment."};
    with.gate.rights_changed();
    co_return api::with_headers<void>{{{"Set-Cookie", with.cookie.gone()}}};
}

// Takes the same time whether or not somebody has that e-mail.
task<void> forgot_password(const facilities& with, const client& asks, const reset_request& sent)
{
    co_await require_room(with, asks);
    const auto code = random_hex(bytes_of_secret);
    const mail::message message{
        sent.email, "Choose a new password",
        fmt::format("Somebody, probably you, asked for a new password for the account {} of Lightdash.\n\n"
                    "Choose it here within an hour:\n{}/reset-password/{}\n\n"
                    "If it was not you, nothing has to be done: your password stays as it is.\n",
                    sent.email, with.allowed.site_url, code.reveal())};
    const auto db = with.database.exclusive(asks.until);
    co_await store::create_link(*db, sent.email, access::digest_of(code.reveal()), message);
}

struct reset_code {
    static constexpr std::string_view path_name = "code";
    access::token_digest digest;
    static reset_code of(std::string_view text) { return {access::digest_of(text)}; }
};

task<void> look_at_link(const facilities& with, const client& asks, const reset_code& code)
{
    const auto db = with.database.exclusive(asks.until);
    co_await store::holder_of_link(*db, code.digest);
}

task<void> reset_password(const facilities& with, const client& asks, const audit::origin& from,
                          const password_reset& sent)
{
    co_await require_room(with, asks);
    const auto db = with.database.exclusive(asks.until);
    const auto code = access::digest_of(sent.code);
    const auto who = co_await store::holder_of_link(*db, code); // a code that is none costs no hash
    const auto hash = co_await with.passwords.hash(sent.new_password);
    co_await store::use_link(*db, who, from, code, hash);
    with.gate.rights_changed();
}

identities list_identities(const caller&)
{
    return {};
}

flashes list_flashes(const caller&)
{
    return {};
}

} // namespace

void add_routes(api::routes& r)
{
    using enum access::scope;
    r.post("/api/v1/login", api::open, login, "Log in: a session's cookie, and who it is");
    r.get("/api/v1/logout", api::open, logout, "Log out, by a link");
    r.post("/api/v1/logout", api::open, logout, "Log out");
    r.post("/api/v1/user", api::open, sign_up, "Register with an organization of one's own, or accept an invite");
    r.post("/api/v1/user/password", needs(view_organization), change_password,
           "Change one's own password: every session ends");
    r.get("/api/v1/user/identities", needs(view_organization), list_identities, "Linked accounts elsewhere");
    r.get("/api/v1/flash", needs(view_organization), list_flashes, "Messages for the next page: none");
    r.post("/api/v1/password-reset", api::open, forgot_password, "Mail a link to choose a new password");
    r.get("/api/v1/password-reset/{code}", api::open, look_at_link, "Whether such a link is still good");
    r.post("/api/v1/user/password/reset", api::open, reset_password, "Choose a new password with such a link");
}

} // namespace lightdash::accounts
