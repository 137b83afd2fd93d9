#include "modules/tokens/routes.hpp"

#include "lightdash/api/routes.hpp"
#include "modules/access/service.hpp"
#include "modules/tokens/store.hpp"

namespace lightdash::tokens {
namespace {

task<shown_token> create(const rules& allowed, const caller& who, const audit::origin& from, pg::transaction& tx,
                         const new_token& draft)
{
    allowed.require(who.role);
    allowed.require_end(draft.expires_at);
    auto text = access::make_token().reveal();
    auto made = co_await store::create(tx, who, from, draft, text);
    co_return shown_token{std::move(made), std::move(text)};
}

task<shown_token> rotate(const rules& allowed, const caller& who, const audit::origin& from, pg::transaction& tx,
                         token_id id, const rotation& change)
{
    allowed.require(who.role);
    if (change.expires_at.present)
        allowed.require_end(change.expires_at.value);
    auto text = access::make_token().reveal();
    auto made = co_await store::rotate(tx, who, from, id, change, text);
    co_return shown_token{std::move(made), std::move(text)};
}

} // namespace

void add_routes(api::routes& r)
{
    using enum access::scope;
    r.get("/api/v1/user/me/personal-access-tokens", needs(manage_token), store::list,
          "One's own personal access tokens, without their texts");
    r.post("/api/v1/user/me/personal-access-tokens", needs(manage_token), create,
           "Make one: its text is told this once")
        .told_once();
    r.remove("/api/v1/user/me/personal-access-tokens/{token}", needs(manage_token), store::remove,
             "Delete one: it ends at once")
        .changes_rights();
    r.patch("/api/v1/user/me/personal-access-tokens/{token}/rotate", needs(manage_token), rotate,
            "Give one a new text and, if it is said, another end: the old text ends at once")
        .changes_rights();
}

} // namespace lightdash::tokens
