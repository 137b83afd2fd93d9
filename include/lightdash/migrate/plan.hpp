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

// How far a migration came. Only those without a transaction are ever seen half done.
enum class progress_state : unsigned char { applied, applying, reverting };

// One row of the history, in the order of application.
struct applied_migration {
    std::int64_t id = 0;
    std::string name;
    std::int64_t batch = 0;
    std::string checksum;
    std::string applied_at; // RFC 3339, UTC
    std::int64_t duration_ms = 0;
    progress_state state = progress_state::applied;
    std::int64_t steps = 0;        // statements that were finished, of one that is half done
    std::string applied_by = {};   // the database user
    std::string applied_from = {}; // application, host and process
    std::string version = {};      // of the program
};

enum class migration_state : unsigned char {
    applied,
    pending,
    missing,     // applied, but its file is gone
    changed,     // applied, but its file is another one now
    newer,       // applied by a newer program
    interrupted, // begun without a transaction, and not finished
};

std::string_view to_string(migration_state state) noexcept;

struct status_row {
    std::string name;
    migration_state state = migration_state::pending;
    std::string applied_at; // RFC 3339, empty when pending
    std::int64_t batch = 0; // 0 when pending
    std::chrono::milliseconds took{0};
    std::string applied_by;
    std::string applied_from;
    std::string version;
    std::string detail; // a sentence about what is wrong and what to do; empty when nothing is
};

// The one that is half done, or null. Its name may be unknown to this program.
const applied_migration* interrupted_of(std::span<const applied_migration> history);

// Every migration of both sides: by number, then by name.
std::vector<status_row> status_of(const registry& known, std::span<const applied_migration> history);

// Known and not (wholly) applied, by number.
std::vector<const migration*> pending_of(const registry& known, std::span<const applied_migration> history);

// What is pending, when it may be applied. Migrations applied by a newer program are tolerated as long as nothing is
// pending. Throws migrate_error (exit_code::history) that names every changed, missing and out-of-order migration, one
// sentence each; when `strict`, also those of a newer program and pending ones that cannot be reverted.
std::vector<const migration*> plan_up(const registry& known, std::span<const applied_migration> history,
                                      bool strict = false);

// The migration that was applied last, or null when none is. Throws migrate_error (exit_code::history) when its file is
// missing or changed, and error_kind::configuration when it cannot be reverted.
const migration* plan_down(const registry& known, std::span<const applied_migration> history);

} // namespace lightdash::migrate
