// Groups in the database. An unknown group throws not_found, another organization's forbidden.
#pragma once

#include "lightdash/api/answer.hpp"
#include "lightdash/api/query.hpp"
#include "lightdash/async/task.hpp"
#include "lightdash/pg/session.hpp"
#include "lightdash/pg/transaction.hpp"
#include "modules/audit/service.hpp"
#include "modules/groups/model.hpp"
#include "modules/shared/caller.hpp"

namespace lightdash::groups {

struct store {
    static task<api::page<group>> list(pg::session& db, const caller& who, const api::query<group_query>& asked);
    static task<group> by_id(pg::session& db, const caller& who, group_id id);
    static task<std::vector<group_member>> members(pg::session& db, const caller& who, group_id id);
    // Each of these commits. A member of another organization throws invalid_parameter.
    static task<group> create(pg::transaction& tx, const caller& who, const audit::origin& from,
                              const new_group& draft);
    static task<group> update(pg::transaction& tx, const caller& who, const audit::origin& from, group_id id,
                              const group_changes& changes);
    static task<void> remove(pg::transaction& tx, const caller& who, const audit::origin& from, group_id id);
    static task<void> add_member(pg::transaction& tx, const caller& who, const audit::origin& from, group_id id,
                                 user_id member);
    static task<void> remove_member(pg::transaction& tx, const caller& who, const audit::origin& from, group_id id,
                                    user_id member);
};

} // namespace lightdash::groups
