// Users in the database.
#pragma once

#include "lightdash/api/query.hpp"
#include "lightdash/async/task.hpp"
#include "lightdash/pg/session.hpp"
#include "modules/shared/caller.hpp"
#include "modules/users/model.hpp"

#include <string>
#include <string_view>

namespace lightdash::users {

// The query parameters of a list.
struct member_query {
    api::page_request page;
    api::search search_query;
    api::ignored include_groups, project_uuid;
};
LIGHTDASH_DESCRIBE(member_query, page, search_query, include_groups, project_uuid)

struct new_user {
    std::string email;
    std::string first_name;
    std::string last_name;
    std::string password_hash; // PHC string; "" leaves the account pending
    organization_role role = organization_role::member;
};
LIGHTDASH_DESCRIBE(new_user, email, first_name, last_name, password_hash, role)

struct store {
    static task<user_account> by_id(pg::session& db, user_id id);

    // Those of the organization whose name or e-mail matches, by e-mail.
    static task<api::page<organization_member>> list(pg::session& db, const caller& who,
                                                     const api::query<member_query>& asked);
    // Creates the organization of that name when there is none. Throws unique_violation when the e-mail is taken.
    static task<user_id> create(pg::session& db, std::string_view organization_name, const new_user& user);
};

} // namespace lightdash::users
