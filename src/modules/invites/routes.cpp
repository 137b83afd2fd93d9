#include "modules/invites/routes.hpp"

#include "lightdash/api/routes.hpp"
#include "lightdash/core/random_text.hpp"
#include "lightdash/core/time.hpp"
#include "modules/access/service.hpp"
#include "modules/invites/store.hpp"

#include <fmt/format.h>

namespace lightdash::invites {
namespace {

mail::message letter_to(const new_invite& draft, const caller& from, const std::string& site_url, std::string_view code)
{
    return {draft.email, "You are invited to Lightdash",
            fmt::format("{} invites you to Lightdash. Choose a password here, until {}:\n\n{}/invite/{}\n", from.email,
                        to_iso8601(draft.expires_at), site_url, code)};
}

task<api::created<shown_invite>> create(const rules& link, const caller& who, const audit::origin& from,
                                        pg::transaction& tx, const new_invite& draft)
{
    auto code = random_hex(32).reveal();
    auto made = co_await store::create(tx, who, from, draft, code, letter_to(draft, who, link.site_url, code));
    auto location = "/api/v1/invite-links/" + code;
    co_return api::created<shown_invite>{{std::move(made), link.site_url, std::move(code)}, std::move(location)};
}

struct code_in_path {
    static constexpr std::string_view path_name = "code";
    std::string_view text;
    static code_in_path of(std::string_view text) { return {text}; }
};

task<shown_invite> get(const rules& link, pg::session& db, code_in_path code)
{
    auto found = co_await store::by_code(db, code.text);
    co_return shown_invite{std::move(found), link.site_url, std::string{code.text}};
}

} // namespace

void add_routes(api::routes& r)
{
    using enum access::scope;
    r.post("/api/v1/invite-links", needs(manage_invite_link), create,
           "Invite somebody: a pending member, and the link with which they choose a password")
        .told_once()
        .changes_rights();
    r.get("/api/v1/invite-links/{code}", api::open, get, "An invite, for whoever has its code").slow();
    r.remove("/api/v1/invite-links", needs(manage_invite_link), store::remove_all, "Revoke every open invite");
}

} // namespace lightdash::invites
