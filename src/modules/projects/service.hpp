// What other slices ask of projects, and are asked.
#pragma once

#include "lightdash/pg/statement_batch.hpp"
#include "lightdash/sql/remove.hpp"
#include "modules/access/condition.hpp"

#include <string_view>

namespace lightdash::projects {

// Every slice that keeps something of a project removes it with the project, in the same batch. They are listed in
// src/modules/slices.cpp.
void remove_contents_of_project(pg::statement_batch& statements, const caller& who, project_id id);

// Such a statement, of a table with a project_id.
sql::prepared_for<project_id, caller> contents_removal(std::string_view table, pg::sql_literal name);

} // namespace lightdash::projects
