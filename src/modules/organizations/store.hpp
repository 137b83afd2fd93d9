// Organizations in the database.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/pg/session.hpp"
#include "lightdash/pg/transaction.hpp"
#include "modules/audit/service.hpp"
#include "modules/organizations/model.hpp"
#include "modules/shared/caller.hpp"

namespace lightdash::organizations {

struct store {
    static task<organization> by_id(pg::session& db, const caller& who); // the caller's
    // The same. A default project must be one of its own. Commits.
    static task<void> update(pg::transaction& tx, const caller& who, const audit::origin& from,
                             const organization_changes& changes);
};

} // namespace lightdash::organizations
