// The rows that hold encrypted secrets, and under which keys: what doctor tells and rotate-secret changes.
#pragma once

#include "lightdash/core/describe.hpp"
#include "lightdash/core/sealed.hpp"
#include "lightdash/pg/database.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lightdash::app {

// `state`: current, earlier (LIGHTDASH_SECRET_PREVIOUS has it) or unknown (nobody can read them).
struct sealed_rows {
    std::string holder; // the table, and what of it
    std::string key;    // its id
    std::int64_t rows;
    std::string_view state;
};
LIGHTDASH_DESCRIBE(sealed_rows, holder, key, rows, state)

// Nothing when the schema has no such tables yet.
task<std::vector<sealed_rows>> count_sealed_rows(pg::session& db, const sealing_keys& keys);

// The ids of the keys that they are under, each once.
task<std::vector<std::string>> secret_keys_in(pg::session& db);

// Seals with the current key what earlier ones sealed, a batch of rows at a time, each in a transaction of its own:
// what is done stays done, and servers that have both secrets notice nothing. Returns how many rows it changed.
task<std::int64_t> seal_anew(pg::database& db, const sealing_keys& keys, deadline until);

} // namespace lightdash::app
