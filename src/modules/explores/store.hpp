// Explores in the database.
#pragma once

#include "lightdash/api/conditions.hpp"
#include "lightdash/async/task.hpp"
#include "lightdash/pg/session.hpp"
#include "lightdash/pg/transaction.hpp"
#include "modules/explores/told.hpp"
#include "modules/shared/caller.hpp"

#include <vector>

namespace lightdash::explores {

// Whoever calls passes who is asking: what they may not do throws forbidden, an unknown project or explore not_found.
struct store {
    // All of the project's, in the place of those that it had: who reads meanwhile sees the old ones or the new ones.
    // Commits.
    static task<deployed_explores> replace(pg::transaction& tx, const caller& who, project_id project,
                                           const explore_list& all);
    static task<std::vector<explore_summary>> list(pg::session& db, const caller& who, project_id project);
    static task<api::tagged<pg::json_text>> by_name(pg::session& db, const caller& who, project_id project,
                                                    const explore_name& name);
    // No warehouse is asked. Throws compile_failed and unknown_field.
    static task<told_query> compile_query(pg::session& db, const caller& who, project_id project,
                                          const explore_name& name, const metric_query& asked);
};

} // namespace lightdash::explores
