// What exists of the index that a statement builds: a build that was stopped leaves it behind, and PostgreSQL keeps and
// never uses it ("indisvalid").
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/pg/session.hpp"

#include <string>
#include <vector>

namespace lightdash::migrate {

// "schema.name" of every index that building the statement's left invalid, also while somebody still builds it. Empty
// for statements that build none concurrently.
task<std::vector<std::string>> invalid_indexes_of(pg::session& db, const std::string& statement);

// Drops them, concurrently, except those that somebody builds now.
task<void> drop_invalid(pg::session& db, const std::string& statement);

// Whether the statement's index is there and is used. True for statements that build none by name.
task<bool> is_built(pg::session& db, const std::string& statement);

// CREATE INDEX IF NOT EXISTS takes an invalid index for one that exists. Throws error_kind::configuration when it
// would.
task<void> refuse_invalid_leftover(pg::session& db, const std::string& statement);

} // namespace lightdash::migrate
