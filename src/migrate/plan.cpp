#include "lightdash/migrate/plan.hpp"

#include "lightdash/core/error.hpp"
#include "lightdash/migrate/migrate_error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace lightdash::migrate {

namespace {

// A name of another program may follow no rule: it sorts first, and is missing rather than newer.
std::int64_t number_or_zero(const std::string& name)
{
    try {
        return migration_number(name);
    } catch (const error&) {
        return 0;
    }
}

std::int64_t highest_known(const registry& known)
{
    return known.all().empty() ? 0 : migration_number(known.all().back().name);
}

migration_state state_of(const registry& known, const applied_migration& applied)
{
    const auto* ours = known.find(applied.name);
    if (ours)
        return ours->checksum == applied.checksum ? migration_state::applied : migration_state::changed;
    return number_or_zero(applied.name) > highest_known(known) ? migration_state::newer : migration_state::missing;
}

std::string sentence_for(migration_state state, const std::string& name)
{
    if (state == migration_state::changed)
        return fmt::format(
            "{} was changed after it was applied: restore its file and put the change into a new migration.", name);
    return fmt::format("{} was applied to this database, but this program does not have it: restore its file.", name);
}

[[noreturn]] void throw_history(const std::vector<std::string>& sentences)
{
    throw migrate_error{exit_code::history,
                        error{error_kind::configuration, fmt::format("{}", fmt::join(sentences, "\n"))}};
}

bool was_applied(std::span<const applied_migration> history, const std::string& name)
{
    return std::any_of(history.begin(), history.end(), [&](const auto& row) { return row.name == name; });
}

} // namespace

std::string_view to_string(migration_state state) noexcept
{
    switch (state) {
    case migration_state::applied:
        return "applied";
    case migration_state::pending:
        return "pending";
    case migration_state::missing:
        return "missing";
    case migration_state::changed:
        return "changed";
    case migration_state::newer:
        break;
    }
    return "newer";
}

std::vector<status_row> status_of(const registry& known, std::span<const applied_migration> history)
{
    std::vector<status_row> rows;
    for (const auto& row : history)
        rows.push_back(
            {row.name, state_of(known, row), row.applied_at, row.batch, std::chrono::milliseconds{row.duration_ms}});
    for (const auto* waiting : pending_of(known, history))
        rows.push_back({waiting->name, migration_state::pending, {}, 0, {}});
    std::sort(rows.begin(), rows.end(), [](const status_row& a, const status_row& b) {
        return std::pair{number_or_zero(a.name), a.name} < std::pair{number_or_zero(b.name), b.name};
    });
    return rows;
}

std::vector<const migration*> pending_of(const registry& known, std::span<const applied_migration> history)
{
    std::vector<const migration*> pending;
    for (const auto& ours : known.all())
        if (!was_applied(history, ours.name))
            pending.push_back(&ours);
    return pending;
}

std::vector<const migration*> plan_up(const registry& known, std::span<const applied_migration> history)
{
    std::vector<std::string> faults;
    const applied_migration* latest = nullptr;
    for (const auto& row : history) {
        const auto state = state_of(known, row);
        if (state == migration_state::changed || state == migration_state::missing)
            faults.push_back(sentence_for(state, row.name));
        if (!latest || number_or_zero(row.name) > number_or_zero(latest->name))
            latest = &row;
    }
    auto pending = pending_of(known, history);
    for (const auto* waiting : pending)
        if (latest && migration_number(waiting->name) < number_or_zero(latest->name))
            faults.push_back(
                fmt::format("{} is pending, but the later {} was applied already: give it a number after it.",
                            waiting->name, latest->name));
    if (!faults.empty())
        throw_history(faults);
    return pending;
}

const migration* plan_down(const registry& known, std::span<const applied_migration> history)
{
    if (history.empty())
        return nullptr;
    const auto& last = history.back();
    const auto* ours = known.find(last.name);
    if (!ours || ours->checksum != last.checksum)
        throw_history({sentence_for(ours ? migration_state::changed : migration_state::missing, last.name)});
    if (!ours->reversible())
        throw migrate_error{
            exit_code::other,
            error{error_kind::configuration,
                  fmt::format("{} cannot be reverted: its down section is empty. Write a new migration that "
                              "undoes it, or restore a backup.",
                              last.name)}};
    return ours;
}

} // namespace lightdash::migrate
