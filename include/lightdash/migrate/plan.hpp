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
    // Of one that is half done: statement_id() of those that are done, then of those that were to follow. Empty when an
    // older program began it.
    std::vector<std::string> statements = {};
};

enum class migration_state : unsigned char {
    applied,
    pending,
    out_of_order, // pending, but a later one was applied already
    missing,      // applied by this program or an older one, but its file is gone
    changed,      // applied, but its file is another one now
    newer,       // applied by a newer program, or by one whose version says nothing and with a number after all of ours
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

// What tells a statement of a file from the others: a hash of its text.
std::string statement_id(std::string_view text);

// The statements of a half-done migration that are still to run, by their places in the file: those that were not done,
// told by their texts and not by their places, so that a file that was edited since goes on with what it says now. By
// their places where an older program began.
std::vector<std::size_t> statements_left(const migration& ours, const applied_migration& half_done);

// False when an older program began it: it counted the statements that it finished, and did not say which, so that with
// another text nobody knows where to go on.
bool may_go_on_edited(const applied_migration& half_done);

// Applied by a newer program than this one: none of this program's business.
bool is_newer(const registry& known, const applied_migration& applied);

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
// missing or changed or a newer program applied it, and error_kind::configuration when it cannot be reverted.
const migration* plan_down(const registry& known, std::span<const applied_migration> history);

} // namespace lightdash::migrate
