// What other slices ask of invites.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/pg/session.hpp"
#include "lightdash/sql/remove.hpp"
#include "modules/audit/service.hpp"
#include "modules/shared/caller.hpp"
#include "modules/users/service.hpp"

#include <string_view>

namespace lightdash::invites {

// Who was invited with that code. Throws not_found, or expired, and then it is gone.
task<caller> holder_of(pg::session& db, std::string_view code);
// Removes an invite that is over, where that can be done now, and throws expired.
task<void> end_expired(pg::session& db, std::string_view code);

// For the statement that gives users a password: a part of it that ends the invites of those in its CTE.
sql::remove removal_of(std::string_view users);

// Uses the code up: the holder has that name and password from then on. One row, their id; none when the code was used
// or ended meanwhile.
pg::statement_batch::ticket activate(pg::statement_batch& statements, const caller& holder, const audit::origin& from,
                                     std::string_view code, const users::activation& person);

// The invite of a member who is being deactivated.
void end_access_of(pg::statement_batch& statements, const caller& who, const other_user& member);

} // namespace lightdash::invites
