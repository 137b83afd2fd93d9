// Reads the JSON of EXPLAIN (FORMAT JSON) into a plan.
#pragma once

#include "lightdash/ops/inspect/plan.hpp"

#include <string_view>

namespace lightdash::ops {

// Measured already (measure). Members that PostgreSQL may add are left out. Throws malformed_body or invalid_body
// when the text is not such a plan.
query_plan read_plan(std::string_view json);

} // namespace lightdash::ops
