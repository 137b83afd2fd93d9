// Spaces in the database. What the caller may not do throws forbidden, an unknown project or space not_found.
#pragma once

#include "lightdash/api/query.hpp"
#include "lightdash/async/task.hpp"
#include "lightdash/pg/session.hpp"
#include "lightdash/pg/transaction.hpp"
#include "modules/audit/service.hpp"
#include "modules/shared/caller.hpp"
#include "modules/shared/columns.hpp"
#include "modules/spaces/model.hpp"

namespace lightdash::spaces {

struct store {
    // Those that the caller sees.
    static task<api::list<space_summary>> list(pg::session& db, const caller& who, project_id project,
                                               const api::query<list_query>& asked);
    static task<space> by_id(pg::session& db, const caller& who, project_id project, space_id id);
    // Each of these commits.
    static task<space> create(pg::transaction& tx, const caller& who, const audit::origin& from, project_id project,
                              const new_space& draft);
    static task<space> update(pg::transaction& tx, const caller& who, const audit::origin& from, project_id project,
                              space_id id, const space_changes& changes);
    // What lies in it is deleted with it, and can be restored for a time. The project's default space stays.
    static task<void> remove(pg::transaction& tx, const caller& who, const audit::origin& from, project_id project,
                             space_id id);
    static task<void> share(pg::transaction& tx, const caller& who, const audit::origin& from, project_id project,
                            space_id id, const user_share& given);
    static task<void> unshare(pg::transaction& tx, const caller& who, const audit::origin& from, project_id project,
                              space_id id, user_id grantee);
    static task<void> share_with_group(pg::transaction& tx, const caller& who, const audit::origin& from,
                                       project_id project, space_id id, const group_share& given);
    static task<void> unshare_group(pg::transaction& tx, const caller& who, const audit::origin& from,
                                    project_id project, space_id id, group_id grantee);
};

} // namespace lightdash::spaces
