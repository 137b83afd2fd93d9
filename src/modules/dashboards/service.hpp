// What other slices ask of dashboards.
#pragma once

#include "lightdash/pg/statement_batch.hpp"
#include "modules/access/model.hpp"

namespace lightdash::dashboards {

void remove_of_project(pg::statement_batch& statements, const caller& who, project_id project);

} // namespace lightdash::dashboards
