// The tables of a query: those that its fields need, in the explore's order.
#pragma once

#include "modules/explores/compiler/compiled_query.hpp"
#include "modules/explores/compiler/fields.hpp"

#include <set>
#include <string>
#include <vector>

namespace lightdash::explores {

// "FROM … AS … LEFT OUTER JOIN …": adds to what `of` uses what the joins themselves refer to. Throws compile_error.
std::string from_clause(const explore& over, fields& of);

struct used_metric {
    std::string id;
    found_metric what;
};
// Metrics that count rows more than once, because of what the tables' relationships are said to be.
std::vector<warning> fan_out_warnings(const explore& over, const std::set<std::string, std::less<>>& tables,
                                      const std::vector<used_metric>& metrics);

} // namespace lightdash::explores
