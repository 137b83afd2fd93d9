#include "modules/users/routes.hpp"

#include "lightdash/http/response.hpp"
#include "modules/shared/endpoints.hpp"
#include "modules/users/store.hpp"

namespace lightdash {
namespace {

using access::scope;

// The conditions that Lightdash writes for a right of that kind. While there are no spaces, all lies in one that
// everybody sees and edits as their role lets them.
rule_conditions conditions_of(const caller& who, access::modifier only)
{
    rule_conditions made{.organization_uuid = who.organization};
    if (only == access::modifier::preview)
        made.type.emplace("PREVIEW");
    if (only == access::modifier::self)
        made.created_by_user_uuid.emplace(who.user);
    return made;
}

bool is_unconditional(access::modifier only)
{
    return only == access::modifier::none || only == access::modifier::space;
}

// The rights of the caller's role, without those that one with fewer conditions makes needless.
std::vector<ability_rule> ability_rules_of(const caller& who)
{
    std::vector<ability_rule> rules;
    for (const auto& scope : access::scopes()) {
        const auto of_scope = static_cast<std::ptrdiff_t>(rules.size());
        for (const auto& right : access::rights()) {
            if (right.what != scope.what || who.role < right.in_organization)
                continue;
            if (is_unconditional(right.only))
                rules.erase(rules.begin() + of_scope, rules.end());
            rules.push_back({scope.action, scope.subject, conditions_of(who, right.only)});
            if (is_unconditional(right.only))
                break;
        }
    }
    return rules;
}

// GET /api/v1/user
task<http::response> get_user(http::request& rq, pg::session& db)
{
    user_profile profile{co_await user_store::by_id(db, rq.identity<caller>().user)};
    profile.ability_rules = ability_rules_of(rq.identity<caller>());
    co_return http::ok(profile);
}

// GET /api/v1/org/users
task<http::response> list_members(http::request& rq, pg::session& db)
{
    const auto wanted = page_request::of(rq);
    const auto found =
        co_await user_store::list(db, rq.identity<caller>().organization, search_pattern(rq, "searchQuery"), wanted);
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
