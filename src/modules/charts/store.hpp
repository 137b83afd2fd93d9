// Charts in the database.
#pragma once

#include "lightdash/api/conditions.hpp"
#include "lightdash/api/query.hpp"
#include "lightdash/async/task.hpp"
#include "lightdash/pg/session.hpp"
#include "lightdash/pg/transaction.hpp"
#include "modules/audit/service.hpp"
#include "modules/charts/model.hpp"
#include "modules/shared/caller.hpp"
#include "modules/shared/columns.hpp"

namespace lightdash::charts {

enum class chart_order : unsigned char { name, last_updated_at, created_at };
LIGHTDASH_DESCRIBE_ENUM(chart_order, name, last_updated_at, created_at)

// The query parameters of lists.
struct chart_query {
    api::page_request page;
    api::search search;
    std::optional<chart_order> sort_by; // created_at when absent
    std::optional<api::sort_direction> sort_direction;
};
LIGHTDASH_DESCRIBE(chart_query, page, search, sort_by, sort_direction)

struct summary_query : chart_query {
    std::optional<bool> exclude_charts_saved_in_dashboard;
};
LIGHTDASH_DESCRIBE_DERIVED(summary_query, chart_query, exclude_charts_saved_in_dashboard)

// Whoever calls passes who is asking: what they may not do throws forbidden, an unknown chart or project not_found. A
// deleted chart is an unknown one.
struct store {
    static task<chart_details> by_id(pg::session& db, const caller& who, chart_id id);
    // The id of the one of that project, by its uuid or slug. What of the project the caller may not see is forbidden
    // before anything is looked for.
    static task<chart_id> id_in(pg::session& db, const caller& who, project_id project, std::string_view key);
    // Those that the caller may see.
    static task<api::list<chart_summary>> list(pg::session& db, const caller& who, project_id project,
                                               const api::query<chart_query>& asked, bool also_in_dashboards);
    static task<chart_history> history(pg::session& db, const caller& who, chart_id id);
    static task<chart_version> version(pg::session& db, const caller& who, chart_id id, version_id version);

    // Each of these commits. Those that change a chart throw stale when it is not what is expected.
    static task<chart_details> create(pg::transaction& tx, const caller& who, project_id project,
                                      const new_chart& draft);
    // Lies where that one lies, and belongs to no dashboard.
    static task<chart_details> copy(pg::transaction& tx, const caller& who, project_id project, chart_id from,
                                    const chart_copy& called);
    static task<chart_details> update(pg::transaction& tx, const caller& who, chart_id id, const chart_changes& changes,
                                      const api::if_match& expected);
    static task<chart_details> save_version(pg::transaction& tx, const caller& who, chart_id id,
                                            const new_version& draft, const api::if_match& expected);
    static task<void> roll_back(pg::transaction& tx, const caller& who, chart_id id, version_id version,
                                const api::if_match& expected);
    // Tiles that showed it stay, with its name, and show no chart. It can be restored until it is purged (service.hpp);
    // its slug stays taken meanwhile, so that nothing stands in the way of that.
    static task<deleted_chart> remove(pg::transaction& tx, const caller& who, chart_id id, const audit::origin& origin,
                                      const api::if_match& expected);
};

} // namespace lightdash::charts
