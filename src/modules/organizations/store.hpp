// Organizations in the database.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/pg/session.hpp"
#include "modules/organizations/model.hpp"

namespace lightdash {

struct organization_store {
    static task<organization> by_id(pg::session& db, organization_id id);
};

} // namespace lightdash
