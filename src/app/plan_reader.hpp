// Reads the JSON of EXPLAIN (FORMAT JSON) into a plan.
#pragma once

#include "lightdash/ops/inspect/plan.hpp"

#include <string_view>

namespace lightdash::app {

// Measured already (ops::measure). Members that PostgreSQL may add are left out. Throws malformed_body or invalid_body
// when the text is not such a plan.
ops::query_plan read_plan(std::string_view json);

} // namespace lightdash::app
