// Where in a file's statements the server found fault: in the statement itself, or in the body that it ran.
#pragma once

#include "lightdash/core/error.hpp"
#include "lightdash/migrate/migration.hpp"

#include <cstddef>
#include <vector>

namespace lightdash::migrate {

struct statement_place {
    std::size_t index;  // of the statement: the refused one, or the one that made the function which failed
    std::size_t offset; // byte in its text; 0 when nothing is known
    bool exact;         // false: the line is known, not the character
    bool known;         // false: nothing was said about the place
};

// The server counts the lines of a DO block's and a function's body from the body's own beginning (manual, 43.12) and
// names the routine in the context; functions are looked for among the statements up to the refused one.
statement_place place_of(const std::vector<migration_statement>& statements, std::size_t refused,
                         const database_diagnostics& said);

} // namespace lightdash::migrate
