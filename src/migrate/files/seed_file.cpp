#include "lightdash/migrate/seed_file.hpp"

#include "lightdash/core/error.hpp"
#include "lightdash/core/near_match.hpp"
#include "lightdash/core/text_file.hpp"
#include "lightdash/migrate/folder.hpp"
#include "lightdash/migrate/migrate_error.hpp"
#include "lightdash/migrate/sql_splitter.hpp"
#include "migrate/files/file_name.hpp"
#include "migrate/run/failure.hpp"
#include "migrate/text/statement_notices.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <sstream>
#include <utility>

namespace lightdash::migrate {

namespace {

constexpr std::array<std::string_view, 3> all_environments{"development", "test", "production"};

std::vector<std::string> environments_of(std::string_view file, std::string_view text)
{
    static constexpr std::string_view marker = "-- seed:";
    if (!text.starts_with(marker))
        return {"development", "test"};
    std::istringstream words{std::string{text.substr(marker.size(), text.find('\n') - marker.size())}};
    std::vector<std::string> found;
    for (std::string word; words >> word;) {
        if (std::find(all_environments.begin(), all_environments.end(), word) == all_environments.end()) {
            const auto nearest = did_you_mean(word, all_environments);
            throw error{error_kind::configuration,
                        fmt::format("{}:1: the environment \"{}\" is not known{}", file, word,
                                    nearest.empty() ? "; there are development, test and production." : nearest)};
        }
        found.push_back(word);
    }
    if (found.empty())
        throw error{error_kind::configuration, fmt::format("{}:1: no environment stands behind \"-- seed:\".", file)};
    return found;
}

std::int64_t leading_number(const std::string& name)
{
    std::int64_t number = 0;
    std::from_chars(name.data(), name.data() + name.size(), number);
    return number;
}

task<std::uint64_t> run_one(pg::database& db, const seed_file& seed, statement_notices& notices, deadline until)
{
    auto tx = co_await db.begin({.prepared = false, .notices = &notices}, until);
    std::uint64_t rows = 0;
    for (std::size_t i = 0; i < seed.statements.size(); ++i) {
        const auto statement = pg::statement::trusted(fmt::format("seed.{}.{}", seed.name, i + 1),
                                                      seed.statements[i].text, pg::row_format::text);
        std::optional<error> refused;
        const auto told = notices.during(seed.file, seed.statements[i].line);
        try {
            rows += co_await tx.execute(statement);
        } catch (const error& failure) {
            if (failure.kind() == error_kind::cancelled)
                throw;
            refused = failure;
        }
        if (refused)
            throw seed_failure(seed.file, seed.statements, i, *refused);
    }
    co_await tx.commit();
    co_return rows;
}

} // namespace

bool seed_file::is_for(std::string_view environment) const noexcept
{
    return std::find(environments.begin(), environments.end(), environment) != environments.end();
}

seed_file parse_seed_file(std::string_view file, std::string_view bytes)
{
    const auto text = text_of(file, bytes);
    seed_file made{name_of_file(file), std::string{file}, environments_of(file, text), split_statements(file, text)};
    if (made.statements.empty())
        throw error{error_kind::configuration, fmt::format("{}:1: there is no statement.", file)};
    return made;
}

std::vector<seed_file> read_seed_folder(const std::filesystem::path& folder)
{
    std::vector<seed_file> seeds;
    for (const auto& path : files_of(folder))
        if (path.extension() == ".sql")
            seeds.push_back(parse_seed_file(path.string(), read_text_file(path)));
    std::sort(seeds.begin(), seeds.end(), [](const seed_file& a, const seed_file& b) {
        return std::pair{leading_number(a.name), a.name} < std::pair{leading_number(b.name), b.name};
    });
    return seeds;
}

task<std::size_t> run_seeds(pg::database& db, const std::vector<seed_file>& seeds, std::string_view environment,
                            std::function<void(const seeded&)> on_seed, std::function<void(const std::string&)> on_note,
                            deadline until)
{
    const std::string wanted{environment};
    statement_notices notices{std::move(on_note)};
    std::size_t count = 0;
    try {
        for (const auto& seed : seeds) {
            if (!seed.is_for(wanted))
                continue;
            const auto began = deadline::clock::now();
            const auto rows = co_await run_one(db, seed, notices, until);
            ++count;
            if (on_seed)
                on_seed({seed.name, rows,
                         std::chrono::duration_cast<std::chrono::milliseconds>(deadline::clock::now() - began)});
        }
        co_return count;
    } catch (...) {
        rethrow_for_operator(std::current_exception());
    }
}

} // namespace lightdash::migrate
