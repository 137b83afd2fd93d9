// The manifest beside a backup: FILE.manifest.json.
#pragma once

#include "lightdash/ops/backup.hpp"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace lightdash::app {

std::filesystem::path manifest_of(const std::filesystem::path& backup);

std::string manifest_text(const ops::backup_manifest& manifest);
// nullopt when there is none. Throws error_kind::usage when it cannot be understood.
std::optional<ops::backup_manifest> read_manifest(const std::filesystem::path& backup);

// Size and checksum. `on_bytes` hears how much was read. Throws error_kind::usage that names what differs.
void verify(const std::filesystem::path& backup, const ops::backup_manifest& manifest,
            const std::function<void(std::uint64_t)>& on_bytes);

// "20261125T214500Z": now, in UTC.
std::string compact_time();
// lightdash-20261125T214500Z.dump or .sql, in that folder.
std::filesystem::path dated_name(const std::filesystem::path& folder, const std::string& database, bool plain);
// Removes the oldest of this database's dated backups until `keep` are left; returns what was removed.
std::vector<std::filesystem::path> keep_newest(const std::filesystem::path& folder, const std::string& database,
                                               std::size_t keep);

} // namespace lightdash::app
