// What to do about a database's history, given the migrations of this program. Pure functions: no server is needed.
#pragma once

#include "lightdash/migrate/migration.hpp"

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lightdash::migrate {

// One row of the history, in the order of application.
struct applied_migration {
    std::int64_t id = 0;
    std::string name;
    std::int64_t batch = 0;
    std::string checksum;
    std::string applied_at; // RFC 3339, UTC
    std::int64_t duration_ms = 0;
};

enum class migration_state : unsigned char {
    applied,
    pending,
    missing, // applied, but its file is gone
    changed, // applied, but its file is another one now
    newer,   // applied by a newer program
};

std::string_view to_string(migration_state state) noexcept;

struct status_row {
    std::string name;
    migration_state state = migration_state::pending;
    std::string applied_at; // RFC 3339, empty when pending
    std::int64_t batch = 0; // 0 when pending
    std::chrono::milliseconds took{0};
};

// Every migration of both sides: by number, then by name.
std::vector<status_row> status_of(const registry& known, std::span<const applied_migration> history);

// Known and not applied, by number.
std::vector<const migration*> pending_of(const registry& known, std::span<const applied_migration> history);

// What is pending, when it may be applied. Migrations applied by a newer program are tolerated as long as nothing is
// pending. Throws migrate_error (exit_code::history) that names every changed, missing and out-of-order migration, one
// sentence each.
std::vector<const migration*> plan_up(const registry& known, std::span<const applied_migration> history);

// The migration that was applied last, or null when none is. Throws migrate_error (exit_code::history) when its file is
// missing or changed, and error_kind::configuration when it cannot be reverted.
const migration* plan_down(const registry& known, std::span<const applied_migration> history);

} // namespace lightdash::migrate
