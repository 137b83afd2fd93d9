#include "app/commands/migrate/migration_flags.hpp"

#include "app/cli/version.hpp"
#include "lightdash/core/text_file.hpp"
#include "lightdash/core/units.hpp"
#include "lightdash/migrate/folder.hpp"
#include "lightdash/migrate/sql_file.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>

namespace lightdash::app {

void lock_flag::describe(option_list& are)
{
    are.value("--lock", lock_,
              "advisory, or table for poolers and engines without advisory locks; the same for all who migrate a "
              "database (default advisory)")
        .one_of({"advisory", "table"});
}

migrate::lock_kind lock_flag::kind() const
{
    return *migrate::parse_lock_kind(lock_);
}

void migration_flags::describe(option_list& are, bool changes)
{
    are.value("--dir", folder_, "The SQL files of this folder instead of the compiled-in migrations").named("DIR");
    if (changes)
        lock_.describe(are);
    are.setting("LIGHTDASH_DATA_DIR");
}

migrate::registry migration_flags::known() const
{
    return std::move(read(migrate::broken_files::refuse).known);
}

migrate::folder_contents migration_flags::read(migrate::broken_files treatment) const
{
    if (folder_.empty())
        return {migrate::registry::compiled_in(), {}, {}};
    auto found = migrate::read_folder(folder_, std::string{version}, treatment);
    if (!found.skipped.empty())
        fmt::print(stderr, "Not .sql, so left out: {}\n", fmt::join(found.skipped, ", "));
    return found;
}

namespace {

constexpr const char* default_folder = "migrations"; // create-migration's

// What a file of that folder has to do with this program; "" when it is compiled in as it stands, or no migration.
std::string_view difference_of(const std::filesystem::path& file, const migrate::registry& known)
{
    const auto kind = file.extension();
    const auto name = file.stem().string();
    if ((kind != ".sql" && kind != ".cpp") || name.empty() || name.front() < '0' || name.front() > '9')
        return "";
    const auto* ours = known.find(name);
    if (!ours)
        return "is not compiled into this program";
    try {
        if (kind == ".sql" && migrate::parse_sql_file(file.string(), read_text_file(file)).checksum != ours->checksum)
            return "was changed since this program was built";
    } catch (const error&) {
        return "was changed since this program was built"; // and has a fault now
    }
    return "";
}

} // namespace

void migration_flags::tell_what_is_not_compiled_in(const migrate::registry& known) const
{
    if (!folder_.empty() || !std::filesystem::is_directory(default_folder))
        return;
    bool any = false;
    for (const auto& file : migrate::files_of(default_folder)) {
        const auto difference = difference_of(file, known);
        if (!difference.empty())
            fmt::print(stderr, "{} {}.\n", file.string(), difference);
        any = any || !difference.empty();
    }
    if (any)
        fmt::print(stderr, "Build the program again, or give --dir {} for the .sql files of that folder alone.\n",
                   default_folder);
}

migrate::migrator_options migration_flags::options(const settings& config) const
{
    migrate::migrator_options made;
    made.lock = lock();
    made.session_settings = !config.transaction_pooler;
    made.on_step = [](const migrate::progress& step) {
        fmt::print(stderr, "{} {} ({} ms)\n", step.up ? "applied " : "reverted", step.name, step.took.count());
    };
    made.on_note = [](const std::string& text) { fmt::print(stderr, "{}\n", text); };
    return made;
}

void wait_flag::describe(option_list& are)
{
    are.optional_value("--wait", wait_, "Wait for the database to come up, at most so long (60s when no time is given)")
        .named("TIME");
}

std::optional<std::chrono::milliseconds> wait_flag::patience() const
{
    if (!wait_)
        return std::nullopt;
    if (wait_->empty())
        return std::chrono::seconds{60};
    const auto time = parse_duration(*wait_);
    if (!time)
        throw error{error_kind::usage, fmt::format("--wait={} is no time: write 30s or 2m.", *wait_)};
    return *time;
}

} // namespace lightdash::app
