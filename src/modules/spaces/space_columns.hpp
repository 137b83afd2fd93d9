// What rows of spaces tell, in a list and alone.
#pragma once

#include "lightdash/sql/builder.hpp"

namespace lightdash::spaces {

// Of spaces s and their projects p, for the caller that the statement is named with.
sql::column_list summary_columns();
// Of one: with what lies in it, and who may do what with that.
sql::column_list full_columns();

} // namespace lightdash::spaces
