#include "lightdash/ops/backup_manifest.hpp"

#include "lightdash/core/error.hpp"
#include "lightdash/json/json.hpp"
#include "lightdash/ops/file_digest.hpp"

#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <numeric>

namespace lightdash::ops {

namespace fs = std::filesystem;

std::int64_t rows_of(const backup_manifest& manifest)
{
    return std::accumulate(manifest.tables.begin(), manifest.tables.end(), std::int64_t{0},
                           [](auto sum, const auto& one) { return sum + one.rows; });
}

fs::path manifest_of(const fs::path& backup)
{
    return backup.string() + ".manifest.json";
}

std::string manifest_text(const backup_manifest& manifest)
{
    std::string text;
    json::write(text, manifest);
    return text + '\n';
}

std::optional<backup_manifest> read_manifest(const fs::path& backup)
{
    std::ifstream file{manifest_of(backup), std::ios::binary};
    if (!file)
        return std::nullopt;
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    try {
        const auto parsed = json::value::parse(text);
        return json::read_body<backup_manifest>(*parsed);
    } catch (const error& failure) {
        throw error{error_kind::usage,
                    fmt::format("{} cannot be understood: {}", manifest_of(backup).string(), failure.message())};
    }
}

void verify(const fs::path& backup, const backup_manifest& manifest, const std::function<void(std::uint64_t)>& on_bytes)
{
    const auto bytes = fs::file_size(backup);
    if (bytes != static_cast<std::uint64_t>(manifest.bytes))
        throw error{error_kind::usage,
                    fmt::format("{} has {} bytes, but its manifest says {}: it is damaged or another "
                                "file. Nothing was changed.",
                                backup.string(), bytes, manifest.bytes)};
    file_digest digest{backup};
    while (digest.next())
        if (on_bytes)
            on_bytes(digest.bytes());
    if (digest.hex() != manifest.sha256)
        throw error{error_kind::usage, fmt::format("{} does not have the checksum of its manifest: it is damaged. "
                                                   "Nothing was changed.",
                                                   backup.string())};
}

} // namespace lightdash::ops
