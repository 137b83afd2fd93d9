#include "lightdash/migrate/new_migration.hpp"

#include "lightdash/core/error.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <sys/file.h>
#include <unistd.h>
#include <vector>

namespace lightdash::migrate {

namespace {

constexpr std::size_t longest_words = 100;
constexpr int guide_digits = 3;
constexpr std::size_t timestamp_digits = 14;

constexpr std::string_view sql_template = R"(-- migrate:up
-- Statements, each with a semicolon at its end. "transaction:off" behind migrate:up for those that PostgreSQL refuses
-- inside a transaction, such as CREATE INDEX CONCURRENTLY.

-- migrate:down
-- What takes the above back, in the opposite order.

)";

constexpr std::string_view code_template = R"(#include "lightdash/migrate/code_migration.hpp"

void up(schema_builder& schema)
{
    (void)schema; // schema.create_table("…", [](table& t) { … });
}

void down(schema_builder& schema)
{
    (void)schema; // what takes the above back, in the opposite order
}

LIGHTDASH_MIGRATION(up, down);
)";

constexpr std::string_view seed_template = R"(-- seed: development test
-- Run again and again: let every statement leave alone what is there, with ON CONFLICT DO NOTHING for example.

)";

struct numbered {
    std::string digits;
    std::int64_t number = 0;
    std::string words;
    std::string file;
};

std::optional<numbered> parse_file_name(const std::filesystem::path& path)
{
    const auto extension = path.extension();
    if (extension != ".sql" && extension != ".cpp")
        return std::nullopt;
    const auto stem = path.stem().string();
    const auto end = stem.find('_');
    if (end == std::string::npos || end == 0 || end > 18 || stem.find_first_not_of("0123456789") != end)
        return std::nullopt;
    numbered made{stem.substr(0, end), 0, stem.substr(end + 1), path.filename().string()};
    std::from_chars(made.digits.data(), made.digits.data() + made.digits.size(), made.number);
    return made;
}

std::vector<numbered> existing(const std::filesystem::path& folder)
{
    std::error_code failed;
    std::vector<numbered> all;
    for (std::filesystem::directory_iterator at{folder, failed}, end; !failed && at != end; at.increment(failed))
        if (auto one = parse_file_name(at->path()))
            all.push_back(std::move(*one));
    if (failed)
        throw error{error_kind::configuration,
                    fmt::format("The folder {} cannot be read: {}. Run this in the project's folder, or give --dir.",
                                folder.string(), failed.message())};
    return all;
}

std::int64_t utc_stamp()
{
    const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    return std::stoll(fmt::format("{:%Y%m%d%H%M%S}", fmt::gmtime(now)));
}

// Always behind every other: a migration that sorts before an applied one would be refused as out of order.
std::string next_digits(const std::vector<numbered>& others, bool timestamp)
{
    std::int64_t highest = 0;
    std::size_t digits = guide_digits;
    for (const auto& one : others) {
        highest = std::max(highest, one.number);
        digits = std::max(digits, one.digits.size());
    }
    if (timestamp || digits >= timestamp_digits)
        return fmt::format("{:0{}}", std::max(utc_stamp(), highest + 1), timestamp_digits);
    return fmt::format("{:0{}}", highest + 1, digits);
}

// One at a time in a folder: two at once would both take the same number, under different names.
class folder_lock {
public:
    explicit folder_lock(const std::filesystem::path& folder)
        : folder_(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC))
    {
        if (folder_ >= 0)
            ::flock(folder_, LOCK_EX);
    }
    folder_lock(const folder_lock&) = delete;
    folder_lock& operator=(const folder_lock&) = delete;
    ~folder_lock()
    {
        if (folder_ >= 0)
            ::close(folder_);
    }

private:
    int folder_;
};

} // namespace

std::string migration_words(std::string_view wanted)
{
    const auto refuse = [&](std::string_view why) {
        throw error{
            error_kind::usage,
            fmt::format("\"{}\" is no name for a migration: {}. Use words such as add_email_index.", wanted, why)};
    };
    if (wanted.find_first_of("/\\") != std::string_view::npos)
        refuse("it has a path separator");
    std::string words;
    for (const char c : wanted) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '\'')
            continue;
        if (byte < 128 && std::isalnum(byte))
            words += static_cast<char>(std::tolower(byte));
        else if (!words.empty() && words.back() != '_')
            words += '_';
    }
    while (words.ends_with('_'))
        words.pop_back();
    if (words.empty())
        refuse("it has no letter of a to z");
    if (std::isdigit(static_cast<unsigned char>(words.front())))
        refuse("it begins with a digit, and the number is put in front anyway");
    if (words.size() > longest_words)
        refuse(fmt::format("it has {} characters, and {} are the most", words.size(), longest_words));
    return words;
}

bool write_new_file(const std::filesystem::path& path, std::string_view text)
{
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (file < 0 && errno == EEXIST)
        return false;
    const auto written = file < 0 ? -1 : ::write(file, text.data(), text.size());
    const int cause = errno;
    if (file >= 0)
        ::close(file);
    if (written == static_cast<ssize_t>(text.size()))
        return true;
    if (file >= 0)
        ::unlink(path.c_str());
    throw error{error_kind::configuration,
                fmt::format("{} cannot be written: {}.", path.string(), std::strerror(cause))};
}

std::filesystem::path create_migration(std::string_view wanted, const new_migration_options& options)
{
    const auto words = migration_words(wanted);
    if (options.seed) {
        std::error_code ignored; // existing() says why the folder is not there
        std::filesystem::create_directory(options.folder, ignored);
    }
    const folder_lock alone{options.folder};
    const auto others = existing(options.folder);
    for (const auto& one : others)
        if (one.words == words)
            throw error{error_kind::usage, fmt::format("There is a migration of this name already: {}.",
                                                       (options.folder / one.file).string())};
    const bool sql = options.sql || options.seed;
    const auto path =
        options.folder / fmt::format("{}_{}.{}", next_digits(others, options.timestamp), words, sql ? "sql" : "cpp");
    if (!write_new_file(path, options.seed ? seed_template : sql ? sql_template : code_template))
        throw error{error_kind::usage, fmt::format("{} was made by somebody else at the same time.", path.string())};
    return path;
}

} // namespace lightdash::migrate
