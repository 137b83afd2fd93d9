#include "modules/users/routes.hpp"

#include "lightdash/http/response.hpp"
#include "modules/shared/endpoints.hpp"
#include "modules/users/store.hpp"

namespace lightdash {
namespace {

using access::scope;

std::vector<ability_rule> ability_rules_of(const caller& who)
{
    std::vector<ability_rule> rules;
    for (const auto& s : access::scope_table())
        if (access::allows(who.role, s.what))
            rules.push_back({s.action, s.subject, {who.organization}});
    return rules;
}

// GET /api/v1/user
task<http::response> get_user(http::request& rq, pg::session& db)
{
    user_profile profile{co_await user_store::by_id(db, rq.caller().user)};
    profile.ability_rules = ability_rules_of(rq.caller());
    co_return http::ok(profile);
}

// GET /api/v1/org/users
task<http::response> list_members(http::request& rq, pg::session& db)
{
    const auto wanted = page_request::of(rq);
    const auto found =
        co_await user_store::list(db, rq.caller().organization, search_pattern(rq, "searchQuery"), wanted);
    co_return paged_response(found.members, wanted, found.total);
}

} // namespace

void add_user_routes(endpoints& r)
{
    r.get("/api/v1/user", reads, needs(scope::view_organization), get_user);
    r.get("/api/v1/org/users", reads, needs(scope::view_member), list_members,
          list_query({"searchQuery", "includeGroups", "projectUuid"}));
}

} // namespace lightdash
