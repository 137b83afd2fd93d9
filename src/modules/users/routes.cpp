#include "modules/users/routes.hpp"

#include "lightdash/api/routes.hpp"
#include "modules/access/service.hpp"
#include "modules/users/store.hpp"

namespace lightdash::users {
namespace {

// The conditions that Lightdash writes for a right of that kind. While there are no spaces, all lies in one that
// everybody sees and edits as their role lets them.
rule_conditions conditions_of(const caller& who, access::modifier only)
{
    rule_conditions made{.organization_uuid = who.organization};
    if (only == access::modifier::preview || only == access::modifier::own_preview)
        made.type.emplace("PREVIEW");
    if (only == access::modifier::self || only == access::modifier::own_preview)
        made.created_by_user_uuid.emplace(who.user);
    if (only == access::modifier::deleter)
        made.deleted_by_user_uuid.emplace(who.user);
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

task<user_profile> get_user(const caller& who, pg::session& db)
{
    user_profile profile{co_await store::by_id(db, who.user)};
    profile.ability_rules = ability_rules_of(who);
    co_return profile;
}

} // namespace

void add_routes(api::routes& r)
{
    using enum access::scope;
    r.get("/api/v1/user", needs(view_organization), get_user, "Who is calling, with their role and abilities");
    r.get("/api/v1/org/users", needs(view_member), store::list, "The people of the organization");
}

} // namespace lightdash::users
