// A metric query over an explore becomes one SELECT of PostgreSQL (api.md 3.3). Pure: no I/O, no clock.
#pragma once

#include "modules/explores/compiler/compiled_query.hpp"
#include "modules/explores/compiler/moments.hpp"
#include "modules/explores/model.hpp"

#include <cstdint>
#include <string>

namespace lightdash::explores {

struct compile_options {
    std::string timezone = "UTC"; // a name that PostgreSQL knows
    local_moment now;             // in that time zone
    std::int64_t default_limit = 500;
};

// Every name in the statement comes from the explore or is made here, every value of the query is a parameter. Throws
// compile_failed and unknown_field, which name the field, and compile_failed for an explore that has errors.
compiled_query compile(const explore& over, const metric_query& asked, const compile_options& options);

} // namespace lightdash::explores
