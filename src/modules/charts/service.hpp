// What other slices ask of charts.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/pg/statement_batch.hpp"
#include "lightdash/pg/transaction.hpp"
#include "lightdash/sql/raw.hpp"
#include "modules/access/model.hpp"
#include "modules/audit/service.hpp"
#include "modules/spaces/service.hpp"

#include <chrono>
#include <cstdint>

namespace lightdash::charts {

void remove_of_project(pg::statement_batch& statements, const caller& who, project_id project);

// spaces::remove_contents_of_space for charts that belong to no dashboard.
void remove_of_space(pg::statement_batch& statements, const caller& who, const audit::origin& from, project_id project,
                     space_id space);
// Into another space: spaces::mover.
task<void> move(pg::transaction& tx, const caller& who, const audit::origin& from, const spaces::moving& to);

// How a chart c looks, by its configuration: vertical_bar, line, mixed, pie, …
sql::raw kind_of_c();

// Deleted charts (store::remove), for whoever deleted them and for admins. Each commits. Throws not_found for a chart
// that is not deleted.
// One that was deleted with its dashboard is none: it comes back with that.
// It is back where it was, also on the dashboards that it was on, where its tiles still wait for it.
task<void> restore(pg::transaction& tx, const caller& who, chart_id id, const audit::origin& origin);
task<void> remove_for_good(pg::transaction& tx, const caller& who, chart_id id, const audit::origin& origin);

// Of what is kept for a time, what is older, a thousand rows at most: how many it were. Deleted charts go; of versions
// the newest of each day (UTC) stays, beside the chart itself.
task<std::uint64_t> purge_deleted(pg::session& db, std::chrono::days older);
task<std::uint64_t> thin_versions(pg::session& db, std::chrono::days older);

} // namespace lightdash::charts
