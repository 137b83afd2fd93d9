// Backups in one folder, named after their database and the time: lightdash-20261125T214500Z.dump, and which of them
// stay.
#pragma once

#include "lightdash/ops/backup_manifest.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace lightdash::ops {

// "20261125T214500Z": now, in UTC.
std::string compact_time();
// lightdash-20261125T214500Z.dump or .sql, in that folder.
std::filesystem::path dated_name(const std::filesystem::path& folder, const std::string& database, bool plain);

struct kept_backups {
    std::vector<std::filesystem::path> removed;
    std::optional<std::filesystem::path> spared; // the newest that holds more rows than the new one
    std::int64_t spared_rows = 0;
    std::size_t strange = 0; // dated files of this database's name whose manifest does not say that it is this one
};
// Counts the dated backups of the database that `newest` is of (the same server by its system identifier, the same
// name), and removes the oldest until `keep` are left. When none that stays holds more rows than `newest`, the newest
// of those that do is spared unless `may_remove` agrees. Whatever is not known to be of that database is left alone.
kept_backups keep_newest(const std::filesystem::path& folder, const backup_manifest& newest, std::size_t keep,
                         const std::function<bool(const std::filesystem::path& larger, std::int64_t rows)>& may_remove);

} // namespace lightdash::ops
