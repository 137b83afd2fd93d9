// What other slices ask of users, and are asked.
#pragma once

#include "lightdash/pg/statement_batch.hpp"
#include "lightdash/sql/prepared.hpp"
#include "modules/shared/caller.hpp"

#include <string_view>

namespace lightdash::users {

// Every slice that keeps a way in for a person (tokens, sessions, invites) removes it when they are deactivated, in the
// same batch. They are listed in src/modules/slices.cpp.
void end_access_of(pg::statement_batch& statements, const caller& who, const other_user& member);

// Such a statement, of a table with a user_id: it does nothing unless the member is one of the caller's organization,
// and deactivated.
sql::prepared_for<caller, other_user> access_removal(std::string_view table, pg::sql_literal name);

} // namespace lightdash::users
