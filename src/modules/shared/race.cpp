#include "modules/shared/race.hpp"

#include "lightdash/core/error.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace lightdash {
namespace {

// The keys that only a race breaks, by the ends of their names.
bool only_a_race_breaks(const error& failure)
{
    constexpr std::array<std::string_view, 2> unique{"_slug_unique", "dashboard_tiles_pkey"};
    constexpr std::array<std::string_view, 5> foreign{"_project_id_fkey", "_project_id_foreign", "_chart_id_fkey",
                                                      "_space_id_fkey", "_dashboard_id_fkey"};
    const auto names_one_of = [&](const auto& keys) {
        return std::ranges::any_of(keys, [&](std::string_view key) { return failure.constraint().ends_with(key); });
    };
    switch (failure.kind()) {
    case error_kind::unique_violation:
        return names_one_of(unique);
    case error_kind::foreign_key_missing:
    case error_kind::foreign_key_in_use:
        return names_one_of(foreign);
    default:
        return false;
    }
}

} // namespace

task<void> finish_or_run_again(pg::transaction& tx, pg::statement_batch& statements)
{
    try {
        co_await tx.finish(statements);
    } catch (const error& failure) {
        if (only_a_race_breaks(failure))
            throw error{error_kind::serialization_failure, "Somebody else changed the same thing at the same moment."};
        throw;
    }
}

} // namespace lightdash
