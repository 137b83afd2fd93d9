// Table calculations: expressions over the columns of a result, written by whoever asks.
#pragma once

#include "modules/explores/compiler/fragment.hpp"
#include "modules/explores/model.hpp"

#include <string>

namespace lightdash::explores {

// Since anybody who explores may write one, it holds nothing but references, literals, operators, and words and
// functions of a list: it cannot name tables or columns, select, or call what reads files or runs SQL. Throws
// compile_error that names the first thing that it may not hold.
std::string calculation_sql(const table_calculation& what, const resolver& resolve);

// Lightdash's ready-made ones.
std::string template_sql(const calculation_template& what, const resolver& resolve);

} // namespace lightdash::explores
