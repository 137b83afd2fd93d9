// The audit log in the database: what it tells. What is written is in service.hpp.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/pg/session.hpp"
#include "modules/audit/model.hpp"
#include "modules/shared/caller.hpp"

namespace lightdash::audit {

struct store {
    // Of the caller's organization, newest first. Throws invalid_body when `from` or `to` is no time.
    static task<api::page<entry>> list(pg::session& db, const caller& who, const api::query<entry_query>& asked);
};

} // namespace lightdash::audit
