// Migrations for a scratch database: what they would do to the cluster around it is left out, because that cluster is
// the live one's too.
#pragma once

#include "lightdash/migrate/migration.hpp"

#include <string>
#include <vector>

namespace lightdash::migrate {

struct left_out_statement {
    std::string migration;
    std::string place; // "migrations/012_roles.sql:3"
    std::string what;  // of statement_effects: "ALTER ROLE"
    bool all_of_it;    // false: the statement does more than that, which is left out with it
};
// One sentence that begins with the place.
std::string to_string(const left_out_statement& one);

struct inside_only {
    registry known;
    std::vector<left_out_statement> left_out; // in order, ways up and down
};

// The same migrations without the statements that reach outside of their database (statement_effects), also by calling
// a function that an earlier one of them made. A direction that would be empty does nothing instead. Changes of data
// that are written in C++ cannot be looked into.
inside_only without_outside_effects(const registry& known);

} // namespace lightdash::migrate
