// libpq's one text about a connection that could not be made, taken apart: the only way to learn what the server said.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lightdash::pg {

// What was said of one address. The views point into libpq's text.
struct connect_saying {
    std::string_view sqlstate; // empty: libpq said it
    std::string_view text;     // with its details
    std::string_view routine;  // the server's function that said it
};

// SQLSTATEs and routines stand in the text only when PQsetErrorVerbosity(PQERRORS_VERBOSE) was set before the first
// poll.
std::vector<connect_saying> sayings_in(std::string_view libpq_text);

// For people: where in the server's source a text stands is left out, passwords are masked. A text about DATABASE_URL
// itself (`about_url`) keeps only its first words.
std::string shown_connect_text(std::string_view libpq_text, bool about_url);

} // namespace lightdash::pg
