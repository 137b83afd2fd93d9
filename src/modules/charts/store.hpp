// Charts in the database.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/pg/session.hpp"
#include "lightdash/pg/transaction.hpp"
#include "modules/charts/model.hpp"
#include "modules/shared/caller.hpp"
#include "modules/shared/paging.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace lightdash {

// Whoever calls passes who is asking: another organization's chart throws forbidden, an unknown one not_found.
struct chart_store {
    static task<chart> by_id(pg::session& db, const caller& who, chart_id id);

    struct page {
        std::vector<chart_summary> charts;
        std::int64_t total;
    };
    static task<page> list(pg::session& db, const caller& who, project_id project, std::string pattern,
                           page_request wanted);
    // Commits.
    static task<chart> create(pg::transaction& tx, const caller& who, project_id project, const new_chart& draft);
    static task<chart> update(pg::transaction& tx, const caller& who, chart_id id, const chart_changes& changes);
    // Tiles that showed it stay, with its name, and show no chart.
    static task<void> remove(pg::transaction& tx, const caller& who, chart_id id);
};

} // namespace lightdash
