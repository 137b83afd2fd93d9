#include "modules/users/routes.hpp"

#include "lightdash/api/routes.hpp"
#include "modules/access/service.hpp"
#include "modules/users/roles.hpp"
#include "modules/users/service.hpp"
#include "modules/users/store.hpp"

namespace lightdash::users {

task<user_profile> profile_of(const caller& who, pg::session& db)
{
    return store::profile(db, who);
}

namespace {

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
    r.patch("/api/v1/user/me", needs(view_organization), store::update_own, "Change one's own name or e-mail")
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
