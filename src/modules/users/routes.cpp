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

user_profile profile_of(const caller& who, user_account account)
{
    user_profile profile{std::move(account)};
    profile.ability_rules = ability_rules_of(who);
    return profile;
}

task<user_profile> get_user(const caller& who, pg::session& db)
{
    co_return profile_of(who, co_await store::by_id(db, who.user));
}

task<user_profile> change_own(const caller& who, const audit::origin& from, pg::transaction& tx,
                              const account_changes& changes)
{
    co_return profile_of(who, co_await store::update_own(tx, who, from, changes));
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
    r.get("/api/v1/user", needs(view_organization), get_user, "Who is calling, with their role and abilities");
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
}

} // namespace lightdash::users
