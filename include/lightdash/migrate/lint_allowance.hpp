// A comment that says: this rule of the linter may be broken here, and why.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lightdash::migrate {

struct lint_allowance {
    std::string rule;
    std::string reason; // empty is a finding of its own
    int line = 0;       // where the comment stands, from 1; 0 for a code migration
    bool whole = false; // for all of the migration
};

// The comments "-- lint:allow rule, rule: reason" of an SQL file; those above "-- migrate:up" are for the whole file.
std::vector<lint_allowance> lint_allowances_in(std::string_view sql_file);

} // namespace lightdash::migrate
