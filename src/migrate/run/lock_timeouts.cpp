#include "migrate/run/lock_timeouts.hpp"

#include "lightdash/async/attempt.hpp"
#include "lightdash/migrate/sql_splitter.hpp"

#include <algorithm>
#include <array>
#include <random>
#include <string_view>

namespace lightdash::migrate {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds moment{50}; // for so long the traffic may be held up again and again
constexpr std::array<std::string_view, 9> row_words{"SELECT", "INSERT", "UPDATE", "DELETE", "MERGE",
                                                    "WITH",   "COPY",   "DO",     "CALL"};

bool changes_rows(const migration_statement& statement)
{
    const auto words = leading_words(statement.text);
    return std::ranges::find(row_words, std::string_view{words}.substr(0, words.find(' '))) != row_words.end();
}

} // namespace

bool retries_locks(const std::vector<migration_statement>& statements)
{
    return std::ranges::none_of(
        statements, [](const migration_statement& one) { return one.text.find("lock_timeout") != std::string::npos; });
}

milliseconds lock_timeout_for(const run_context& call, const migration_statement& next, const blocker_report& blockers)
{
    const auto whole = call.options.lock_timeout;
    return changes_rows(next) ? whole : std::min(whole, std::max(moment, blockers.worth_waiting()));
}

const pg::statement& set_lock_timeout()
{
    static const pg::statement set{"migrations.lock_timeout", "select set_config('lock_timeout', $1, true)"};
    return set;
}

milliseconds pause_between_tries()
{
    static thread_local std::minstd_rand random{std::random_device{}()};
    return milliseconds{std::uniform_int_distribution<int>{150, 450}(random)};
}

bool is_lock_timeout(const std::exception_ptr& failure)
{
    const auto* const known = exception_as<error>(failure);
    return known && known->kind() == error_kind::lock_timeout;
}

} // namespace lightdash::migrate
