#include "lightdash/ops/dated_backups.hpp"

#include "lightdash/core/error.hpp"
#include "lightdash/core/time.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace lightdash::ops {
namespace {

namespace fs = std::filesystem;

bool is_compact_time(std::string_view text)
{
    if (text.size() != 16)
        return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char wanted = i == 8 ? 'T' : i == 15 ? 'Z' : '0';
        if (wanted == '0' ? text[i] < '0' || text[i] > '9' : text[i] != wanted)
            return false;
    }
    return true;
}

bool is_dated_backup(const std::string& name, const std::string& database)
{
    for (const std::string_view ending : {".dump", ".sql"})
        if (name.ends_with(ending) && name.starts_with(database + "-"))
            return is_compact_time(
                std::string_view{name}.substr(database.size() + 1, name.size() - database.size() - 1 - ending.size()));
    return false;
}

struct dated_backup {
    fs::path file;
    std::int64_t rows;
};

// Of that server and database, oldest first.
std::vector<dated_backup> backups_of(const fs::path& folder, const backup_manifest& newest, std::size_t& strange)
{
    std::vector<dated_backup> found;
    for (const auto& entry : fs::directory_iterator{folder}) {
        if (!is_dated_backup(entry.path().filename().string(), newest.database))
            continue;
        std::optional<backup_manifest> about;
        try {
            about = read_manifest(entry.path());
        } catch (const error&) {
            about.reset(); // whatever it is, it is not known to be one of these
        }
        if (about && newest.system_identifier && about->system_identifier == newest.system_identifier &&
            about->database == newest.database)
            found.push_back({entry.path(), rows_of(*about)});
        else
            ++strange;
    }
    std::ranges::sort(found, {}, [](const dated_backup& one) { return one.file.stem().string(); });
    return found;
}

} // namespace

std::string compact_time()
{
    std::string text;
    for (const char c : to_iso8601(utc_now()).substr(0, 19))
        if (c != '-' && c != ':')
            text += c;
    return text + 'Z';
}

fs::path dated_name(const fs::path& folder, const std::string& database, bool plain)
{
    return folder / fmt::format("{}-{}{}", database, compact_time(), plain ? ".sql" : ".dump");
}

kept_backups keep_newest(const fs::path& folder, const backup_manifest& newest, std::size_t keep,
                         const std::function<bool(const fs::path& larger, std::int64_t rows)>& may_remove)
{
    kept_backups made;
    auto found = backups_of(folder, newest, made.strange);
    const auto rows = rows_of(newest);
    const auto larger = [rows](const dated_backup& one) { return one.rows > rows; };
    const auto first_kept = found.end() - static_cast<std::ptrdiff_t>(std::min(keep, found.size()));
    if (std::none_of(first_kept, found.end(), larger)) {
        const auto last = std::find_if(std::make_reverse_iterator(first_kept), found.rend(), larger);
        if (last != found.rend() && !may_remove(last->file, last->rows)) {
            made.spared = last->file;
            made.spared_rows = last->rows;
        }
    }
    for (auto old = found.begin(); old != first_kept; ++old) {
        if (old->file == made.spared)
            continue;
        fs::remove(old->file); // its manifest alone restores nothing
        fs::remove(manifest_of(old->file));
        made.removed.push_back(old->file);
    }
    return made;
}

} // namespace lightdash::ops
