// What other slices ask of users.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/pg/session.hpp"
#include "modules/shared/caller.hpp"
#include "modules/users/model.hpp"

namespace lightdash::users {

// What GET /user answers them.
task<user_profile> profile_of(const caller& who, pg::session& db);

} // namespace lightdash::users
