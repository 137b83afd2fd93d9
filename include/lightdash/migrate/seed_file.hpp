// Seeds written as plain SQL, run as often as wanted:
//
//     -- seed: development test
//     INSERT INTO … ON CONFLICT DO NOTHING;
//
// The first line names the environments it is for (development, test, production); without it: development and test.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/core/deadline.hpp"
#include "lightdash/migrate/migration.hpp"
#include "lightdash/pg/database.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace lightdash::migrate {

struct seed_file {
    std::string name;
    std::string file;                      // for messages
    std::vector<std::string> environments; // never empty
    std::vector<migration_statement> statements;

    bool is_for(std::string_view environment) const noexcept;
};

// Throws error_kind::configuration with one sentence that begins with "file:line:".
seed_file parse_seed_file(std::string_view file, std::string_view bytes);

// Compiled into this program: migrations/seeds/*.sql, by number.
std::vector<seed_file> compiled_in_seeds();
// The .sql files of a folder, by number and then by name; all are read before any is run. Throws
// error_kind::configuration when one cannot be read or is none.
std::vector<seed_file> read_seed_folder(const std::filesystem::path& folder);

struct seeded {
    std::string name;
    std::uint64_t rows; // touched
    std::chrono::milliseconds took;
};

// Runs those that are for `environment`, each in a transaction of its own; returns how many. Throws migrate_error
// (exit_code::failed) that names the place; what ran before stays. `on_note` is told what the server says meanwhile
// (NOTICE and WARNING), a line each with its place. Neither may throw.
task<std::size_t> run_seeds(pg::database& db, const std::vector<seed_file>& seeds, std::string_view environment,
                            std::function<void(const seeded&)> on_seed, std::function<void(const std::string&)> on_note,
                            deadline until);

} // namespace lightdash::migrate
