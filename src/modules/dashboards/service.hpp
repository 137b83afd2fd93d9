// What other slices ask of dashboards.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/pg/statement_batch.hpp"
#include "lightdash/pg/transaction.hpp"
#include "modules/access/model.hpp"
#include "modules/audit/service.hpp"
#include "modules/spaces/service.hpp"

#include <chrono>
#include <cstdint>

namespace lightdash::dashboards {

void remove_of_project(pg::statement_batch& statements, const caller& who, project_id project);

// spaces::remove_contents_of_space for dashboards, with the charts that belong to them.
void remove_of_space(pg::statement_batch& statements, const caller& who, const audit::origin& from, project_id project,
                     space_id space);
// Into another space, with its own charts: spaces::mover.
task<void> move(pg::transaction& tx, const caller& who, const audit::origin& from, const spaces::moving& to);

// Deleted dashboards (store::remove), for whoever deleted them and for admins. Each commits. Throws not_found for a
// dashboard that is not deleted.
task<void> restore(pg::transaction& tx, const caller& who, dashboard_id id, const audit::origin& origin);
task<void> remove_for_good(pg::transaction& tx, const caller& who, dashboard_id id, const audit::origin& origin);

// Of what is kept for a time, what is older, a thousand rows at most: how many it were. Deleted dashboards go; of
// versions the newest of each day (UTC) stays, beside the dashboard itself.
task<std::uint64_t> purge_deleted(pg::session& db, std::chrono::days older);
task<std::uint64_t> thin_versions(pg::session& db, std::chrono::days older);

} // namespace lightdash::dashboards
