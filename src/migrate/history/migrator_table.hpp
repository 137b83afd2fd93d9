// Where the tables of the migrator itself are.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/pg/session.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lightdash::migrate {

struct migrator_table {
    std::string name; // with its schema, quoted where needed
    std::int64_t oid = 0;
};

// The table of that name in the search path. When there is none: the one in another schema, if the path of a database
// or role was changed since (ALTER DATABASE … SET search_path) and so leads past it. A path that the connection itself
// asks for is taken at its word: whoever keeps a schema for each customer names it there. Throws migrate_error
// (exit_code::history) when there are several to choose from.
task<std::optional<migrator_table>> find_migrator_table(pg::session& db, std::string_view name);

// The same table, wherever its schema was moved or renamed to; empty when it was dropped.
task<std::optional<migrator_table>> find_by_oid(pg::session& db, const migrator_table& known);

} // namespace lightdash::migrate
