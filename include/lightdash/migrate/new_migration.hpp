// Writes the file of a new migration or seed.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace lightdash::migrate {

struct new_migration_options {
    std::filesystem::path folder = "migrations"; // of seeds: created when its parent is there
    bool sql = false;                            // else C++
    bool timestamp = false; // UTC as YYYYMMDDhhmmss in front; else the next free number, with as many digits as the
                            // others
    bool seed = false;      // a seed, which is SQL
};

// "Add users' email" -> "add_users_email". Throws error_kind::usage for a text with a path separator, without a letter
// or digit, that begins with a digit, or that makes more than 100 characters.
std::string migration_words(std::string_view wanted);

// Returns the path of the new file. Never writes over a file; two at once take two numbers. Throws error_kind::usage
// when the folder has a migration with these words already, and error_kind::configuration when it cannot be written.
std::filesystem::path create_migration(std::string_view wanted, const new_migration_options& options);

// Creates a file that is not there yet. False: it is. Throws error_kind::configuration that says why it cannot be.
bool write_new_file(const std::filesystem::path& path, std::string_view text);

} // namespace lightdash::migrate
