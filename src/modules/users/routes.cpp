#include "modules/users/routes.hpp"

#include "lightdash/api/routes.hpp"
#include "modules/access/service.hpp"
#include "modules/users/roles.hpp"
#include "modules/users/service.hpp"
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

user_profile with_abilities(const caller& who, user_account account)
{
    user_profile profile{std::move(account)};
    profile.ability_rules = ability_rules_of(who);
    return profile;
}

} // namespace

task<user_profile> profile_of(const caller& who, pg::session& db)
{
    co_return with_abilities(who, co_await store::by_id(db, who.user));
}

namespace {

task<user_profile> change_own(const caller& who, const audit::origin& from, pg::transaction& tx,
                              const account_changes& changes)
{
    co_return with_abilities(who, co_await store::update_own(tx, who, from, changes));
}

struct email_in_path {
    static constexpr std::string_view path_name = "email";
    std::string_view text;
    static email_in_path of(std::string_view text) { return {text}; }
};

task<organization_member> get_by_email(const caller& who, pg::session& db, email_in_path email)
{
    return store::by_email(db, who, email.text);
}

} // namespace

void add_routes(api::routes& r)
{
    using enum access::scope;
    r.get("/api/v1/user", needs(view_organization), profile_of, "Who is calling, with their role and abilities");
    r.patch("/api/v1/user/me", needs(view_organization), change_own, "Change one's own name or e-mail")
        .changes_rights();
    r.get("/api/v1/org/users", needs(view_member), store::list, "The people of the organization");
    r.get("/api/v1/org/users/{user}", needs(view_member), store::by_user, "One of them");
    r.get("/api/v1/org/users/email/{email}", needs(view_member), get_by_email, "One of them, by their e-mail");
    r.patch("/api/v1/org/users/{user}", needs(manage_member), store::set_role,
            "Give somebody another role; an admin who can log in remains")
        .changes_rights();
    r.remove("/api/v1/org/user/{user}", needs(manage_member), store::deactivate,
             "Deactivate an account: tokens and sessions end, content stays")
        .changes_rights();

    r.get("/api/v2/orgs/{organization}/roles", needs(manage_member), role_store::list,
          "The roles that there are in an organization, with what each may do on request");
    r.get("/api/v2/orgs/{organization}/roles/assignments", needs(manage_member), role_store::assignments,
          "Who has which role in an organization");
    r.post("/api/v2/orgs/{organization}/roles/assignments/user/{user}", needs(manage_member), role_store::assign,
           "Give somebody another role in an organization; an admin who can log in remains")
        .changes_rights();
}

} // namespace lightdash::users
