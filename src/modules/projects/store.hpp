// Projects in the database.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/pg/session.hpp"
#include "lightdash/pg/transaction.hpp"
#include "modules/projects/model.hpp"
#include "modules/shared/caller.hpp"
#include "modules/shared/paging.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace lightdash {

// Whoever calls passes who is asking: another organization's project throws forbidden, an unknown one not_found.
struct project_store {
    static task<project> by_id(pg::session& db, const caller& who, project_id id);

    struct page {
        std::vector<project_summary> projects;
        std::int64_t total;
    };
    static task<page> list(pg::session& db, const caller& who, std::string pattern, page_request wanted);
    // Commits. Throws invalid_parameter when the upstream project is unknown.
    static task<project> create(pg::transaction& tx, const caller& who, const new_project& draft);
    static task<project> update(pg::transaction& tx, const caller& who, project_id id, const project_changes& changes);
    // With its dashboards, tiles and charts.
    static task<void> remove(pg::transaction& tx, const caller& who, project_id id);
};

} // namespace lightdash
