// What other slices ask of projects.
#pragma once

#include "lightdash/pg/flight.hpp"
#include "lightdash/sql/select.hpp"
#include "modules/shared/ids.hpp"

#include <string_view>

namespace lightdash {

// Asks, within a flight, which organization owns a project: require_owner() takes the answer.
pg::flight::ticket ask_project_owner(pg::flight& statements, project_id id);

// The same of a row in a table of what belongs to projects.
sql::select select_owner(std::string_view table, const sql::expression& id);

} // namespace lightdash
