#include "modules/users/routes.hpp"

#include "lightdash/api/routes.hpp"
#include "modules/access/service.hpp"
#include "modules/users/store.hpp"

namespace lightdash::users {
namespace {

// The conditions that Lightdash writes for a right of that kind: a rule for each of them.
std::vector<rule_conditions> conditions_of(const caller& who, const access::right& right)
{
    using enum access::modifier;
    rule_conditions whole{.organization_uuid = who.organization};
    const auto granted = [&](std::initializer_list<std::string_view> roles) {
        std::vector<rule_conditions> each;
        for (const auto role : roles) {
            auto& made = each.emplace_back(whole).access.emplace(granted_access{who.user, {}});
            if (!role.empty())
                made.has.role.emplace(role);
        }
        return each;
    };
    const bool views = access::name_of(right.what).action == "view";
    switch (right.only) {
    case none:
        break;
    case space: {
        auto each = views ? granted({""}) : granted({"editor", "admin"});
        if (views || who.role >= organization_role::editor)
            each.emplace_back(whole).is_private.emplace(false);
        return each;
    }
    case assigned:
        return granted({"admin"});
    case inherited:
        whole.is_private.emplace(false);
        break;
    case self:
        whole.created_by_user_uuid.emplace(who.user);
        break;
    case deleter:
        whole.deleted_by_user_uuid.emplace(who.user);
        break;
    case own_preview:
        whole.created_by_user_uuid.emplace(who.user);
        [[fallthrough]];
    case preview:
        whole.type.emplace("PREVIEW");
        break;
    }
    return {whole};
}

// The rights of the caller's role in the organization, without those that one with no conditions makes needless.
std::vector<ability_rule> ability_rules_of(const caller& who)
{
    std::vector<ability_rule> rules;
    for (const auto& scope : access::scopes()) {
        const auto of_scope = static_cast<std::ptrdiff_t>(rules.size());
        for (const auto& right : access::rights()) {
            if (right.what != scope.what || who.role < right.in_organization)
                continue;
            if (right.only == access::modifier::none)
                rules.erase(rules.begin() + of_scope, rules.end());
            for (auto& conditions : conditions_of(who, right))
                rules.push_back({scope.action, scope.subject, std::move(conditions)});
            if (right.only == access::modifier::none)
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
