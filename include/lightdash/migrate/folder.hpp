// Migrations as SQL files of a folder, in place of those that the program has compiled in.
#pragma once

#include "lightdash/migrate/migration.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace lightdash::migrate {

struct broken_file {
    std::string file;
    std::string why; // one sentence
};

struct folder_contents {
    registry known;
    std::vector<std::string> skipped; // names of files that are no .sql files, sorted
    std::vector<broken_file> broken;  // only when they are not refused
};

enum class broken_files : unsigned char {
    refuse, // the first one is thrown
    list,   // they are left out and listed: for who checks files
};

// Reads every .sql file directly inside. Throws error_kind::configuration when the folder or a file cannot be read,
// when a file is empty or no migration (one sentence that begins with the path), and migrate_error (exit_code::history)
// when two files have one number.
folder_contents read_folder(const std::filesystem::path& folder, std::string program_version,
                            broken_files treatment = broken_files::refuse);

// What a folder holds directly, sorted by name, without hidden files and those of editors (.#x, #x#, x~, x.swp). Throws
// error_kind::configuration that says why it cannot be read.
std::vector<std::filesystem::path> files_of(const std::filesystem::path& folder);

} // namespace lightdash::migrate
