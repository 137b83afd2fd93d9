// What other slices ask of projects, and are asked.
#pragma once

#include "lightdash/pg/flight.hpp"
#include "lightdash/sql/remove.hpp"
#include "modules/access/condition.hpp"

#include <string_view>

namespace lightdash {

// Every slice that keeps something of a project removes it with the project, in the same flight. They are listed in
// src/modules/slices.cpp.
void remove_contents_of_project(pg::flight& statements, const caller& who, project_id id);

// Such a statement, of a table with a project_id.
sql::prepared_for<project_id, caller> remove_of_project(std::string_view table, pg::sql_literal name);

} // namespace lightdash
