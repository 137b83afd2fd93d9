// What other slices ask of projects.
#pragma once

#include "lightdash/core/ids.hpp"
#include "lightdash/pg/flight.hpp"

namespace lightdash {

// Asks, within a flight, which organization owns a project: require_owner() takes the answer.
pg::flight::ticket ask_project_owner(pg::flight& statements, project_id id);

} // namespace lightdash
