// A statement together with the values of one execution.
#pragma once

#include "lightdash/pg/params.hpp"
#include "lightdash/pg/statement.hpp"

namespace lightdash::pg {

struct bound_statement {
    const statement& what; // must outlive the execution
    params values;
};

} // namespace lightdash::pg
