// Charts in the database.
#pragma once

#include "lightdash/api/query.hpp"
#include "lightdash/async/task.hpp"
#include "lightdash/pg/session.hpp"
#include "lightdash/pg/transaction.hpp"
#include "modules/charts/model.hpp"
#include "modules/shared/caller.hpp"
#include "modules/shared/columns.hpp"

namespace lightdash::charts {

// Whoever calls passes who is asking: what they may not do throws forbidden, an unknown chart or project not_found.
struct store {
    static task<chart_details> by_id(pg::session& db, const caller& who, chart_id id);
    static task<api::list<chart_summary>> list(pg::session& db, const caller& who, project_id project,
                                               const api::query<list_query>& asked);
    // Each of these commits.
    static task<chart_details> create(pg::transaction& tx, const caller& who, project_id project,
                                      const new_chart& draft);
    static task<chart_details> update(pg::transaction& tx, const caller& who, chart_id id,
                                      const chart_changes& changes);
    // Tiles that showed it stay, with its name, and show no chart.
    static task<void> remove(pg::transaction& tx, const caller& who, chart_id id);
};

} // namespace lightdash::charts
