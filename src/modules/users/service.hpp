// What other slices ask of users, and are asked.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/pg/session.hpp"
#include "lightdash/pg/statement_batch.hpp"
#include "lightdash/sql/builder.hpp"
#include "modules/shared/caller.hpp"
#include "modules/users/email.hpp" // is_email_address()
#include "modules/users/model.hpp"

#include <string>
#include <string_view>

namespace lightdash::users {

// What GET /user answers them.
task<user_profile> profile_of(const caller& who, pg::session& db);

// Every slice that keeps a way in for a person (tokens, sessions, invites) removes it when they are deactivated, in the
// same batch. They are listed in src/modules/slices.cpp.
void end_access_of(pg::statement_batch& statements, const caller& who, const other_user& member);

// Such a statement, of a table with a user_id: it does nothing unless the member is one of the caller's organization,
// and deactivated.
sql::prepared_for<caller, other_user> access_removal(std::string_view table, pg::sql_literal name);

// Who is invited: an argument of the statement that has invited_person() in it.
struct invitation {
    std::string_view invited_email; // checked
    organization_role invited_role;
};
LIGHTDASH_DESCRIBE(invitation, invited_email, invited_role)
// A part of such a statement, returning the row of users: a new member of the caller's organization without a password,
// or one who is there already and has none, or is deactivated. No row: somebody else has that e-mail, or the caller.
sql::insert invited_person();

// What somebody who was invited chooses: an argument of the statement that has activated_person() in it.
struct activation {
    std::string first_name, last_name;
    std::string password_hash; // PHC string
};
LIGHTDASH_DESCRIBE(activation, first_name, last_name, password_hash)
// A part of such a statement, returning id and email: of the user whose user_id the CTE `invited` has.
sql::update activated_person(std::string_view invited);

} // namespace lightdash::users
