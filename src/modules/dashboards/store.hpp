// Dashboards and their tiles in the database.
#pragma once

#include "lightdash/api/conditions.hpp"
#include "lightdash/api/query.hpp"
#include "lightdash/async/task.hpp"
#include "lightdash/pg/session.hpp"
#include "lightdash/pg/transaction.hpp"
#include "modules/audit/service.hpp"
#include "modules/dashboards/model.hpp"
#include "modules/shared/caller.hpp"

#include <optional>
#include <string_view>

namespace lightdash::dashboards {

// The query parameters of a list.
struct dashboard_query {
    api::page_request page;
    api::search search;
    std::optional<chart_id> chart_uuid; // only those with a tile of this chart
    api::ignored include_private;
};
LIGHTDASH_DESCRIBE(dashboard_query, page, search, chart_uuid, include_private)

// Whoever calls passes who is asking: what they may not do throws forbidden, an unknown dashboard or project not_found.
struct store {
    // With all its tiles, in one statement: both are of the same moment.
    static task<dashboard_details> by_id(pg::session& db, const caller& who, dashboard_id id);
    // The id of the one dashboard with that slug in the caller's organization. Throws not_found when none or several
    // have it.
    static task<dashboard_id> id_of_slug(pg::session& db, const caller& who, std::string_view slug);
    // The id of the one of that project, by its uuid or slug. What of the project the caller may not see is forbidden
    // before anything is looked for.
    static task<dashboard_id> id_in(pg::session& db, const caller& who, project_id project, std::string_view key);

    static task<api::list<dashboard_summary>> list(pg::session& db, const caller& who, project_id project,
                                                   const api::query<dashboard_query>& asked);
    // Each of these commits. Charts of other projects throw invalid_parameter that names them; what is not as it was
    // seen throws stale, which tells who saved last.
    static task<dashboard_details> create(pg::transaction& tx, const caller& who, project_id project,
                                          const new_dashboard& draft);
    // With tiles of its own, in the space and the project of its original.
    static task<dashboard_details> copy(pg::transaction& tx, const caller& who, project_id project, dashboard_id source,
                                        dashboard_copy called);
    static task<dashboard_details> update(pg::transaction& tx, const caller& who, dashboard_id id,
                                          const dashboard_changes& changes, const api::if_match& seen);
    // It can be restored for a time (service.hpp).
    static task<void> remove(pg::transaction& tx, const caller& who, dashboard_id id, const audit::origin& origin,
                             const api::if_match& seen);

    static task<dashboard_history> history(pg::session& db, const caller& who, dashboard_id id);
    // What it was in an earlier version becomes its newest one. Commits.
    static task<dashboard_details> roll_back(pg::transaction& tx, const caller& who, dashboard_id id, version_id to,
                                             const api::if_match& seen);
};

} // namespace lightdash::dashboards
