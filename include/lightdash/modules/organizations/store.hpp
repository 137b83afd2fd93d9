// Organizations in the database.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/modules/organizations/model.hpp"
#include "lightdash/pg/session.hpp"

namespace lightdash {

struct organization_store {
    static task<organization> by_id(pg::session& db, organization_id id);
};

} // namespace lightdash
