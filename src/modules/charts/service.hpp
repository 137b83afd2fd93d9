// What other slices ask of charts.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/pg/statement_batch.hpp"
#include "lightdash/pg/transaction.hpp"
#include "lightdash/sql/raw.hpp"
#include "lightdash/sql/select.hpp"
#include "lightdash/sql/update.hpp"
#include "modules/access/model.hpp"
#include "modules/audit/service.hpp"
#include "modules/spaces/service.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace lightdash::charts {

void remove_of_project(pg::statement_batch& statements, const caller& who, project_id project);

// spaces::remove_contents_of_space for charts that belong to no dashboard.
void remove_of_space(pg::statement_batch& statements, const caller& who, const audit::origin& from, project_id project,
                     space_id space);
// Into another space: spaces::mover.
task<void> move(pg::transaction& tx, const caller& who, const audit::origin& from, const spaces::moving& to);

// How a chart c looks, by its configuration: vertical_bar, line, mixed, pie, …
sql::raw kind_of_c();

// What a chart asks the warehouse. Throws as store::by_id(), and not_found for one of another project.
struct asked_by_chart {
    std::string name, explore_name;
    pg::json_text metric_query;
};
LIGHTDASH_DESCRIBE(asked_by_chart, name, explore_name, metric_query)
pg::statement_batch::ticket ask_query(pg::statement_batch& statements, const caller& who, project_id project,
                                      chart_id id);
asked_by_chart query_in(const pg::statement_batch& answered, pg::statement_batch::ticket asked);

// Deleted charts (store::remove), for whoever deleted them and for admins. Each commits. Throws not_found for a chart
// that is not deleted.
// One that was deleted with its dashboard is none: it comes back with that.
// It is back where it was, also on the dashboards that it was on, where its tiles still wait for it.
task<void> restore(pg::transaction& tx, const caller& who, chart_id id, const audit::origin& origin);
task<void> remove_for_good(pg::transaction& tx, const caller& who, chart_id id, const audit::origin& origin);

// The parts of a statement that deletes charts or restores them, also with their dashboard: its CTEs of these names.
// The statement is named with a caller and an audit::origin.
struct deletion {
    static sql::update c(); // the charts c that go: who it is, the caller says in its from() and where()
    static sql::update t(); // the tiles that showed them keep their names
    static sql::insert told(std::string_view action = "delete"); // to the audit log
};
struct restoration {
    static sql::select o(); // the charts o as they were deleted: the same where() as of c
    static sql::update c();
    static sql::update t(); // the tiles that still wait for one of o
    static sql::insert told() { return deletion::told("restore"); }
};

// The copies that go with a copied dashboard: of the charts m.source, as m.id, into the dashboard that param "made"
// names.
sql::insert copies_of_m();

// Of what is kept for a time, what is older, a thousand rows at most: how many it were. Deleted charts go; of versions
// the newest of each day (UTC) stays, beside the chart itself.
task<std::uint64_t> purge_deleted(pg::session& db, std::chrono::days older);
task<std::uint64_t> thin_versions(pg::session& db, std::chrono::days older);

} // namespace lightdash::charts
