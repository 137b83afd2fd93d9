// One migration: a name, how to go up and down. Frozen in time: it never includes the program's own models.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/migrate/lint_allowance.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lightdash::pg {
class transaction;
}

namespace lightdash::migrate {

struct migration_statement {
    std::string text;
    int line = 0; // where it begins, or is described, in its file, from 1; 0: not known
};

// Changes data with whatever it asks for inside the migration's transaction.
using change_function = task<void> (*)(pg::transaction&);

struct migration {
    std::string name;                      // "003_create_projects_table": the file's name without extension
    std::vector<migration_statement> up;   // in order
    std::vector<migration_statement> down; // in order; empty: cannot be reverted
    bool transaction = true;               // false: each statement commits by itself
    std::string checksum;                  // SHA-256, lower-case hex, of the file's text or of the described statements
    std::string file;                      // "migrations/003_create_projects_table.cpp", for messages
    change_function change_up = nullptr;   // instead of the statements, when set
    change_function change_down = nullptr;
    std::vector<lint_allowance> lint_allowances;

    bool reversible() const noexcept { return change_down || !down.empty(); }
};

// The number that a migration's name begins with: 3 of "003_create_projects_table". Throws error_kind::configuration
// when the name does not begin with 1 to 18 digits and an underscore.
std::int64_t migration_number(std::string_view name);

// SHA-256 as 64 lower-case hexadecimal digits.
std::string checksum_of(std::string_view text);

// Migrations by number.
class registry {
public:
    // `program_version` goes into the history beside each migration that this program applies.
    explicit registry(std::string program_version = "unknown") : program_version_(std::move(program_version)) {}

    // Everything compiled into this program: migrations/*.sql and *.cpp, listed by the build.
    static registry compiled_in();

    // Throws migrate_error (exit_code::history) on a second migration of the same name or number, and
    // error_kind::configuration when a statement would end the transaction that the migrator opens, cannot run inside
    // it, or builds an index concurrently that nobody could find again after a crash, for want of a name.
    void add(migration made);

    const std::vector<migration>& all() const noexcept { return all_; }
    const migration* find(std::string_view name) const noexcept; // null: not known
    // By the name ("003_create_projects_table"), by the number ("3", "003") or by the rest ("create_projects_table").
    // Throws error_kind::usage that lists near matches.
    const migration& resolve(std::string_view wanted) const;
    const std::string& program_version() const noexcept { return program_version_; }

private:
    std::vector<migration> all_;
    std::string program_version_;
};

} // namespace lightdash::migrate
