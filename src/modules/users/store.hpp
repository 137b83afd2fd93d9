// Users in the database.
#pragma once

#include "lightdash/api/query.hpp"
#include "lightdash/async/task.hpp"
#include "lightdash/pg/session.hpp"
#include "lightdash/pg/transaction.hpp"
#include "modules/audit/service.hpp"
#include "modules/shared/caller.hpp"
#include "modules/users/model.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace lightdash::users {

// The query parameters of a list: sorted by `email` (also when nothing is said), `name` or `role`.
struct member_query {
    api::page_request page;
    api::search search_query;
    std::optional<std::string> sort_by, sort_direction; // asc, desc
    api::ignored include_groups, project_uuid;
};
LIGHTDASH_DESCRIBE(member_query, page, search_query, sort_by, sort_direction, include_groups, project_uuid)

struct new_user {
    std::string email;
    std::string first_name;
    std::string last_name;
    std::string password_hash; // PHC string; "" leaves the account pending
    organization_role role = organization_role::member;
};
LIGHTDASH_DESCRIBE(new_user, email, first_name, last_name, password_hash, role)

// Of all users, those with that e-mail (any letter case), of the organization of that name, and with that text in their
// e-mail or name; what is left out restricts nothing.
struct user_filter {
    std::optional<std::string> wanted_email = {}, organization_name = {};
    std::string wanted_text = {};
};
LIGHTDASH_DESCRIBE(user_filter, wanted_email, organization_name, wanted_text)

struct store {
    // What GET /user answers.
    static task<user_profile> profile(pg::session& db, const caller& who);

    // Those of the organization whose name or e-mail matches.
    static task<api::page<organization_member>> list(pg::session& db, const caller& who,
                                                     const api::query<member_query>& asked);
    // One of the caller's organization: not_found, or forbidden when they are of another.
    static task<organization_member> by_user(pg::session& db, const caller& who, user_id member);
    static task<organization_member> by_email(pg::session& db, const caller& who, std::string_view email);

    // For operators: by organization and e-mail.
    static task<std::vector<known_user>> everybody(pg::session& db, const user_filter& wanted);

    // Each of these commits. Throws unique_violation when the e-mail is taken.
    static task<user_profile> update_own(pg::transaction& tx, const caller& who, const audit::origin& from,
                                         const account_changes& changes);
    // These two, which an origin by_command may do too, leave the organization an active admin with a password, whoever
    // else does the same at the same moment: else forbidden. Whoever is deactivated loses their tokens and sessions;
    // what they made stays.
    static task<organization_member> set_role(pg::transaction& tx, const caller& who, const audit::origin& from,
                                              user_id member, const role_change& change);
    static task<void> deactivate(pg::transaction& tx, const caller& who, const audit::origin& from, user_id member);

    // Creates the organization of that name when there is none. Throws unique_violation when the e-mail is taken.
    static task<user_id> create(pg::session& db, std::string_view organization_name, const new_user& user);
};

} // namespace lightdash::users
