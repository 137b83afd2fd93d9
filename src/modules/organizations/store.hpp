// Organizations in the database.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/pg/session.hpp"
#include "modules/organizations/model.hpp"
#include "modules/shared/caller.hpp"

namespace lightdash::organizations {

struct store {
    static task<organization> by_id(pg::session& db, const caller& who); // the caller's
};

} // namespace lightdash::organizations
