// Row-level security: which rows of a table which roles may see and write (PostgreSQL manual, 5.8).
#pragma once

#include "lightdash/sql/expression.hpp"

#include <optional>
#include <string>
#include <vector>

namespace lightdash::sql {

enum class policy_command : unsigned char { all, select, insert, update, remove };

// Rows are allowed by at least one policy that is not restrictive, and by every one that is.
struct policy_options {
    bool restrictive = false;
    policy_command command = policy_command::all;
    std::vector<std::string> roles = {};     // empty: everybody
    std::optional<expression> rows = {};     // that are seen: using (…)
    std::optional<expression> new_rows = {}; // that may be written: with check (…); none: those of `rows`
};

// What is not given stays as it is.
struct policy_changes {
    std::vector<std::string> roles = {};
    std::optional<expression> rows = {};
    std::optional<expression> new_rows = {};
};

} // namespace lightdash::sql
