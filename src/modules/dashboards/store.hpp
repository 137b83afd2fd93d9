// Dashboards and their tiles in the database.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/pg/session.hpp"
#include "lightdash/pg/transaction.hpp"
#include "modules/dashboards/model.hpp"
#include "modules/shared/caller.hpp"
#include "modules/shared/paging.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lightdash {

// Whoever calls passes who is asking: another organization's dashboard throws forbidden, an unknown one not_found.
struct dashboard_store {
    // With all its tiles, in one statement: both are of the same moment.
    static task<dashboard_details> by_id(pg::session& db, const caller& who, dashboard_id id);
    // The id of the one dashboard with that slug in the caller's organization. Throws not_found when none or several
    // have it.
    static task<dashboard_id> id_of_slug(pg::session& db, const caller& who, std::string_view slug);

    struct page {
        std::vector<dashboard_summary> dashboards;
        std::int64_t total;
    };
    // `showing`: only those with a tile of that chart.
    static task<page> list(pg::session& db, const caller& who, project_id project, std::string pattern,
                           std::optional<chart_id> showing, page_request wanted);
    // Each of these commits. Charts of other projects throw invalid_parameter that names them.
    static task<dashboard_details> create(pg::transaction& tx, const caller& who, project_id project,
                                          const new_dashboard& draft);
    static task<dashboard_details> update(pg::transaction& tx, const caller& who, dashboard_id id,
                                          const dashboard_changes& changes);
    static task<void> remove(pg::transaction& tx, const caller& who, dashboard_id id);
};

} // namespace lightdash
