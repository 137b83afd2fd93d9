// The organization's warehouse credentials in the database.
#pragma once

#include "lightdash/api/answer.hpp"
#include "lightdash/api/query.hpp"
#include "lightdash/async/task.hpp"
#include "lightdash/pg/session.hpp"
#include "lightdash/pg/transaction.hpp"
#include "modules/audit/service.hpp"
#include "modules/shared/caller.hpp"
#include "modules/shared/columns.hpp"
#include "modules/shared/sealing.hpp"
#include "modules/warehouses/model.hpp"

namespace lightdash::warehouses {

// Whoever calls has passed the gate: the rights are those of the organization. Credentials of another one throw
// forbidden, unknown ones not_found.
struct store {
    static task<organization_credentials> by_id(pg::session& db, const caller& who, credentials_id id);
    static task<api::list<organization_credentials>> list(pg::session& db, const caller& who,
                                                          const api::query<list_query>& asked);
    static task<opened_connection> open(pg::session& db, const caller& who, const sealing& with, credentials_id id);
    // Each of these commits.
    static task<api::created<organization_credentials>> create(pg::transaction& tx, const caller& who,
                                                               const audit::origin& from, const sealing& with,
                                                               const new_credentials& draft);
    static task<organization_credentials> update(pg::transaction& tx, const caller& who, const audit::origin& from,
                                                 const sealing& with, credentials_id id,
                                                 const credentials_changes& changes);
    // Projects that use them are without a connection then.
    static task<void> remove(pg::transaction& tx, const caller& who, const audit::origin& from, credentials_id id);
};

} // namespace lightdash::warehouses
