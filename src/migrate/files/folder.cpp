#include "lightdash/migrate/folder.hpp"

#include "lightdash/core/error.hpp"
#include "lightdash/core/text_file.hpp"
#include "lightdash/migrate/sql_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <system_error>
#include <utility>

namespace lightdash::migrate {

namespace {

// What file managers and editors leave beside a file: ._1_a.sql, .#1_a.sql, .1_a.sql.swp, #1_a.sql#, 1_a.sql~.
bool is_somebodys_own(std::string_view name)
{
    return name.starts_with('.') || name.starts_with('#') || name.ends_with('~') || name.ends_with(".swp");
}

} // namespace

std::vector<std::filesystem::path> files_of(const std::filesystem::path& folder)
{
    std::error_code failed;
    std::vector<std::filesystem::path> files;
    for (std::filesystem::directory_iterator at{folder, failed}, end; !failed && at != end; at.increment(failed))
        if (!is_somebodys_own(at->path().filename().string()))
            files.push_back(at->path());
    if (failed)
        throw error{error_kind::configuration,
                    fmt::format("The folder {} cannot be read: {}.", folder.string(), failed.message())};
    std::sort(files.begin(), files.end()); // so that of several faults the same one is told first
    return files;
}

namespace {

migration read_migration(const std::filesystem::path& path)
{
    const auto text = read_text_file(path);
    if (text.find_first_not_of(" \t\r\n") == std::string::npos)
        throw error{error_kind::configuration,
                    fmt::format("{} is empty: write the lines \"-- migrate:up\" and \"-- migrate:down\", each "
                                "with its statements below.",
                                path.string())};
    return parse_sql_file(path.string(), text);
}

} // namespace

folder_contents read_folder(const std::filesystem::path& folder, std::string program_version, broken_files treatment)
{
    folder_contents made{registry{std::move(program_version)}, {}, {}};
    for (const auto& path : files_of(folder)) {
        if (path.extension() != ".sql" || std::filesystem::is_directory(path)) {
            made.skipped.push_back(path.filename().string());
            continue;
        }
        try {
            made.known.add(read_migration(path));
        } catch (const error& failure) {
            if (treatment == broken_files::refuse)
                throw;
            made.broken.push_back({path.string(), failure.message()});
        }
    }
    return made;
}

} // namespace lightdash::migrate
