// What the migrator says when something fails.
#pragma once

#include "lightdash/core/error.hpp"
#include "lightdash/migrate/migrate_error.hpp"
#include "lightdash/migrate/migration.hpp"

#include <chrono>
#include <cstddef>
#include <exception>

namespace lightdash::migrate {

// A statement of a migration was refused: where, by whom, why, and the line of SQL.
migrate_error statement_failure(const migration& failed, bool up, std::size_t statement_index, const error& cause);

// The migrators' lock was not had.
migrate_error lock_failure(std::chrono::milliseconds waited, const error& cause);

// Throws `failure` again, as migrate_error unless it is one already or error_kind::cancelled.
[[noreturn]] void rethrow_for_operator(const std::exception_ptr& failure);

} // namespace lightdash::migrate
