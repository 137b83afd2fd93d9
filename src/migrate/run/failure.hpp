// What the migrator says when something fails.
#pragma once

#include "lightdash/core/error.hpp"
#include "lightdash/migrate/migrate_error.hpp"
#include "lightdash/migrate/migration.hpp"

#include <chrono>
#include <cstddef>
#include <exception>
#include <string>
#include <vector>

namespace lightdash::migrate {

// A statement of a migration was refused: where, by whom, why, and the line of SQL.
migrate_error statement_failure(const migration& failed, bool up, std::size_t statement_index, const error& cause);

// A statement of a seed was refused.
migrate_error seed_failure(const std::string& file, const std::vector<migration_statement>& statements,
                           std::size_t refused, const error& cause);

// A data change written in C++ failed.
migrate_error change_failure(const migration& failed, bool up, const error& cause);

// The migrators' lock was not had; `holder` may be empty.
migrate_error lock_failure(std::chrono::milliseconds waited, const std::string& holder);

// Throws `failure` again, as migrate_error unless it is one already or error_kind::cancelled.
[[noreturn]] void rethrow_for_operator(const std::exception_ptr& failure);

} // namespace lightdash::migrate
