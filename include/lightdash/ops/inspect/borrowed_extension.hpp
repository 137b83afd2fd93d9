// An extension for the time of one inspection: nothing of it is left in the database, its backups and its drift.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/pg/transaction.hpp"

#include <string_view>

namespace lightdash::ops {

// Creates the extension in a schema of its own, where the server offers it and this database has none yet. `tx` must be
// rolled back. Does nothing when the server refuses: what is missing is told by who asks for it. For a server of our
// own alone: elsewhere an inspection changes nothing, not even for a moment.
task<void> borrow_extension(pg::transaction& tx, std::string_view name);

} // namespace lightdash::ops
