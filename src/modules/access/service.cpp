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

token_digest digest_of_presented_token(const http::request& rq)
{
    return digest_of(presented_token(rq.header("authorization")));
}

void authorize(const caller& who, scope what)
{
    if (decide(who.role, what) != verdict::no)
        return;
    const auto& needed = name_of(what);
    throw error{error_kind::forbidden,
                fmt::format("You do not have permission to {} this {}.", needed.action, needed.subject)};
}

} // namespace

gate::gate(pg::database& db, task_scope& background)
    : db_(db), background_(background), known_(token_lifetime, token_capacity)
{}

bool gate::admit_known(http::request& rq, std::uint16_t right)
{
    auto who = known_.find(digest_of_presented_token(rq), deadline::clock::now());
    if (!who)
        return false;
    authorize(*who, scope{static_cast<unsigned char>(right)});
    rq.set_identity(std::move(who));
    return true;
}

task<void> gate::admit_unknown(http::request& rq, std::uint16_t right)
{
    const auto digest = digest_of_presented_token(rq);
    const auto before = changes_;
    const auto db = db_.reads(rq.deadline());
    const auto holder = co_await token_store::holder_of(*db, digest);
    if (!holder)
        refuse_unauthenticated("The personal access token is not valid.");

    auto ends = deadline::clock::time_point::max();
    if (holder->expires_at) {
        const auto now = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
        if (*holder->expires_at <= now)
            refuse_unauthenticated("The personal access token has expired.");
        static constexpr std::chrono::microseconds longest = std::chrono::years{1}; // it may say infinity
        ends = deadline::clock::now() + std::min(*holder->expires_at - now, longest);
    }
    if (!holder->is_active)
        throw error{error_kind::forbidden, "Your account is deactivated: ask an admin of your organization."};

    auto who = std::make_shared<const caller>(caller{holder->user, holder->organization, holder->role, holder->email});
    if (changes_ == before)
        known_.remember(digest, who, deadline::clock::now(), ends);
    background_.spawn("touch token", [](pg::database& db_used, token_id token) -> task<void> {
        const auto session = db_used.exclusive(deadline::after(std::chrono::seconds{5}));
        co_await token_store::touch(*session, token);
    }(db_, holder->token));
    authorize(*who, scope{static_cast<unsigned char>(right)});
    rq.set_identity(std::move(who));
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
