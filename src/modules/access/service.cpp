#include "modules/access/service.hpp"

#include "modules/access/presented_token.hpp"
#include "modules/access/store.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lightdash::access {
namespace {

constexpr std::chrono::seconds token_lifetime{30};
constexpr std::size_t token_capacity = 10'000;

[[noreturn]] void refuse_unauthenticated(std::string message)
{
    throw error{error_kind::unauthenticated, std::move(message)};
}

void authorize(const caller& who, scope what)
{
    if (decide(who.role, what) != verdict::no)
        return;
    const auto& needed = name_of(what);
    throw error{error_kind::forbidden,
                fmt::format("You do not have permission to {} this {}.", needed.action, needed.subject)};
}

// When what is valid for so long ends; it may say infinity.
deadline::clock::time_point end_of(std::chrono::microseconds rest)
{
    static constexpr std::chrono::microseconds longest = std::chrono::years{1};
    return deadline::clock::now() + std::min(rest, longest);
}

void require_active(bool is_active)
{
    if (!is_active)
        throw error{error_kind::forbidden, "Your account is deactivated: ask an admin of your organization."};
}

} // namespace

gate::gate(pg::database& db, task_scope& background, session_rules sessions)
    : db_(db), background_(background), cookie_(std::move(sessions)), known_(token_lifetime, token_capacity)
{}

gate::presented gate::presented_by(const http::request& rq) const
{
    if (const auto id = cookie_.presented_in(rq.header("cookie")); !id.empty() && !rq.has_header("authorization")) {
        cookie_.require_own_site(rq);
        return {digest_of(id), id};
    }
    return {digest_of(presented_token(rq.header("authorization"))), {}};
}

bool gate::admit_known(http::request& rq, std::uint16_t right)
{
    auto who = known_.find(presented_by(rq).digest, deadline::clock::now());
    if (!who)
        return false;
    authorize(*who, scope{static_cast<unsigned char>(right)});
    rq.set_identity(std::move(who));
    return true;
}

void gate::let_in(http::request& rq, const presented& shown, std::uint64_t before, caller who,
                  token_cache::clock::time_point ends, std::uint16_t right)
{
    auto known = std::make_shared<const caller>(std::move(who));
    if (changes_ == before)
        known_.remember(shown.digest, known, deadline::clock::now(), ends);
    authorize(*known, scope{static_cast<unsigned char>(right)});
    rq.set_identity(std::move(known));
}

task<void> gate::admit_unknown(http::request& rq, std::uint16_t right)
{
    const auto shown = presented_by(rq);
    if (!shown.session.empty()) {
        co_await admit_session(rq, right, shown);
        co_return;
    }
    const auto before = changes_;
    const auto db = db_.reads(rq.deadline());
    const auto holder = co_await token_store::holder_of(*db, shown.digest);
    if (!holder)
        refuse_unauthenticated("The personal access token is not valid.");
    auto ends = deadline::clock::time_point::max();
    if (holder->expires_at) {
        const auto now = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
        if (*holder->expires_at <= now)
            refuse_unauthenticated("The personal access token has expired.");
        ends = end_of(*holder->expires_at - now);
    }
    require_active(holder->is_active);
    background_.spawn("touch token", [](pg::database& db_used, token_id token) -> task<void> {
        const auto session = db_used.exclusive(deadline::after(std::chrono::seconds{5}));
        co_await token_store::touch(*session, token);
    }(db_, holder->token));
    let_in(rq, shown, before, {holder->user, holder->organization, holder->role, holder->email}, ends, right);
}

task<void> gate::admit_session(http::request& rq, std::uint16_t right, const presented& shown)
{
    const auto before = changes_;
    const auto db = db_.reads(rq.deadline());
    const auto holder = co_await session_store::holder_of(*db, shown.digest);
    if (!holder)
        refuse_unauthenticated("Your session has ended: log in again.");
    require_active(holder->is_active);
    if (holder->was_away)
        keep_session(rq, shown);
    let_in(rq, shown, before, {holder->user, holder->organization, holder->role, holder->email},
           end_of(std::chrono::seconds{holder->rest_s}), right);
}

// A session lasts as long as it is used: its row and the browser's cookie are made to last anew, once a minute.
void gate::keep_session(http::request& rq, const presented& shown)
{
    rq.add_to_answer("Set-Cookie", cookie_.holding(shown.session));
    background_.spawn("touch session",
                      [](pg::database& db_used, token_digest id, std::chrono::seconds lifetime) -> task<void> {
                          const auto session = db_used.exclusive(deadline::after(std::chrono::seconds{5}));
                          co_await session_store::touch(*session, id, lifetime);
                      }(db_, shown.digest, cookie_.rules().lifetime));
}

void gate::rights_changed() noexcept
{
    ++changes_;
    known_.clear();
}

std::string gate::name_of(std::uint16_t right) const
{
    const auto& name = access::name_of(scope{static_cast<unsigned char>(right)});
    return fmt::format("{}:{}", name.action, name.subject);
}

} // namespace lightdash::access
