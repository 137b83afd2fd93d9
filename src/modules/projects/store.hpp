// Projects in the database.
#pragma once

#include "lightdash/api/query.hpp"
#include "lightdash/async/task.hpp"
#include "lightdash/pg/session.hpp"
#include "lightdash/pg/transaction.hpp"
#include "modules/audit/service.hpp"
#include "modules/projects/model.hpp"
#include "modules/shared/caller.hpp"
#include "modules/shared/columns.hpp"
#include "modules/shared/sealing.hpp"

namespace lightdash::projects {

// Whoever calls passes who is asking: what they may not do throws forbidden, an unknown project not_found.
struct store {
    static task<project_details> by_id(pg::session& db, const caller& who, project_id id);
    static task<api::list<project_summary>> list(pg::session& db, const caller& who,
                                                 const api::query<list_query>& asked);
    static task<results_cache_config> results_cache(pg::session& db, const caller& who, project_id id);
    // Each of these commits. Whoever makes a project is its admin. Throws invalid_parameter when the upstream project
    // or the credentials are unknown.
    static task<project_details> create(pg::transaction& tx, const caller& who, const audit::origin& from,
                                        const sealing& with, const new_project& draft);
    static task<project_details> update(pg::transaction& tx, const caller& who, const audit::origin& from,
                                        const sealing& with, project_id id, const project_changes& changes);
    // Throws invalid_parameter for a time zone or an upstream project that there is not.
    static task<void> change(pg::transaction& tx, const caller& who, const audit::origin& from, project_id id,
                             const project_settings& changes);
    // With what other slices keep of it (service.hpp); previews of it stay, and have no upstream project.
    static task<void> remove(pg::transaction& tx, const caller& who, const audit::origin& from, project_id id);
};

} // namespace lightdash::projects
