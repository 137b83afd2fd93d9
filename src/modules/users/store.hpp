// Users in the database.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/pg/session.hpp"
#include "modules/shared/paging.hpp"
#include "modules/users/model.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lightdash {

struct new_user {
    std::string email;
    std::string first_name;
    std::string last_name;
    std::string password_hash; // PHC string; "" leaves the account pending
    organization_role role = organization_role::member;
};

struct user_store {
    static task<user_account> by_id(pg::session& db, user_id id);

    struct page {
        std::vector<organization_member> members;
        std::int64_t total;
    };
    // Those whose name or e-mail matches the pattern (search_pattern), by e-mail.
    static task<page> list(pg::session& db, organization_id organization, std::string pattern, page_request wanted);
    // Creates the organization of that name when there is none. Throws unique_violation when the e-mail is taken.
    static task<user_id> create(pg::session& db, std::string_view organization_name, const new_user& user);
};

} // namespace lightdash
