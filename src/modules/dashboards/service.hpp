// What other slices ask of dashboards.
#pragma once

#include "lightdash/pg/flight.hpp"
#include "modules/access/model.hpp"

namespace lightdash {

void remove_dashboards_of_project(pg::flight& statements, const caller& who, project_id project);

} // namespace lightdash
