#include "modules/users/abilities.hpp"

#include "modules/access/model.hpp"

#include <initializer_list>
#include <map>
#include <string_view>

namespace lightdash::users {
namespace {

// Where somebody has a role: in the organization, which is in all of its projects, or in some projects.
struct place {
    user_id who;
    rule_conditions within;
    bool is_editor; // which is worth an editor of every space that inherits
};

// The conditions that Lightdash writes for a right of that kind: a rule for each of them.
std::vector<rule_conditions> conditions_of(const place& at, const access::right& right)
{
    using enum access::modifier;
    auto whole = at.within;
    const auto granted = [&](std::initializer_list<std::string_view> roles) {
        std::vector<rule_conditions> each;
        for (const auto role : roles) {
            auto& made = each.emplace_back(whole).access.emplace(granted_access{at.who, {}});
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
        if (views || at.is_editor)
            each.emplace_back(whole).is_private.emplace(false);
        return each;
    }
    case assigned:
        return granted({"admin"});
    case inherited:
        whole.is_private.emplace(false);
        break;
    case self:
        whole.created_by_user_uuid.emplace(at.who);
        break;
    case deleter:
        whole.deleted_by_user_uuid.emplace(at.who);
        break;
    case own_preview:
        whole.created_by_user_uuid.emplace(at.who);
        [[fallthrough]];
    case preview:
        whole.type.emplace("PREVIEW");
        break;
    }
    return {whole};
}

// `has`: whether the role there is strong enough for a row of the table.
template <class Has>
void add_rules(std::vector<ability_rule>& rules, const place& at, Has has)
{
    for (const auto& scope : access::scopes()) {
        const auto of_scope = static_cast<std::ptrdiff_t>(rules.size());
        for (const auto& right : access::rights()) {
            if (right.what != scope.what || !has(right))
                continue;
            if (right.only == access::modifier::none)
                rules.erase(rules.begin() + of_scope, rules.end());
            for (auto& conditions : conditions_of(at, right))
                rules.push_back({scope.action, scope.subject, std::move(conditions)});
            if (right.only == access::modifier::none)
                break;
        }
    }
}

// In every project a role in the organization gives what the role of its name there does.
bool adds_to(organization_role in_organization, access::project_role role)
{
    return static_cast<int>(role) + static_cast<int>(organization_role::viewer) > static_cast<int>(in_organization);
}

} // namespace

std::vector<ability_rule> abilities_of(const caller& who, std::span<const project_access::role_in_project> in_projects)
{
    std::vector<ability_rule> rules;
    add_rules(rules, {who.user, {.organization_uuid = who.organization}, who.role >= organization_role::editor},
              [&](const access::right& right) { return who.role >= right.in_organization; });
    // A rule for all projects of a role: their number is not bounded, that of the rules is.
    std::map<access::project_role, some_projects> by_role;
    for (const auto& each : in_projects)
        if (adds_to(who.role, each.role))
            by_role[each.role].any.push_back(each.project_uuid);
    for (const auto& [role, projects] : by_role)
        add_rules(rules, {who.user, {.project_uuid = projects}, role >= access::project_role::editor},
                  [role](const access::right& right) { return right.in_project && role >= *right.in_project; });
    return rules;
}

} // namespace lightdash::users
