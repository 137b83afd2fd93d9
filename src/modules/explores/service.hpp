// What other slices ask about explores.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/core/uuid.hpp"
#include "lightdash/pg/session.hpp"
#include "lightdash/pg/statement_batch.hpp"
#include "modules/access/model.hpp"
#include "modules/explores/compiler/compiled_query.hpp"
#include "modules/explores/model.hpp"
#include "modules/shared/caller.hpp"

#include <string_view>

namespace lightdash::explores {

struct compiled {
    compiled_query query;
    uuid etag; // of the explore: another one after it was deployed with changes
};

// The statement of a metric query. No warehouse is asked. Throws forbidden and not_found for the project (who may see
// it; `ad_hoc`: who may explore it), not_found for the explore, compile_failed and unknown_field for the query.
task<compiled> compiled_for(pg::session& db, const caller& who, project_id project, std::string_view explore,
                            const metric_query& asked, bool ad_hoc = true);

void remove_of_project(pg::statement_batch& statements, const caller& who, project_id project);

} // namespace lightdash::explores
