// Why a migration command ended without doing all it should, with the exit code that says so to scripts.
#pragma once

#include "lightdash/core/error.hpp"

#include <utility>

namespace lightdash::migrate {

// Process exit codes (README, "Exit codes").
enum class exit_code : int {
    done = 0,
    other = 1,
    failed = 3,      // and rolled back
    locked = 4,      // another migrator, or a table's users, did not let go in time
    history = 5,     // history and files disagree: changed, missing, out of order, duplicate
    lint = 6,        // refused as unsafe
    unreachable = 7, // the database
    pending = 8,     // migrate:status --check
    half_done = 9,   // an interrupted migration was found
    interrupted = 130,
};

class migrate_error : public error {
public:
    migrate_error(exit_code code, error cause) : error(std::move(cause)), code_(code) {}

    exit_code code() const noexcept { return code_; }

private:
    exit_code code_;
};

// The exit code of any failure of a migration or seed command.
exit_code exit_code_of(const error& failure) noexcept;

} // namespace lightdash::migrate
