#include "lightdash/migrate/repair.hpp"

#include "migrate/change_history.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace lightdash::migrate {

namespace {

// A file of this program that is not in the history and stands for the missing one: the same text, or the same number.
const migration* renamed_from(const registry& known, std::span<const applied_migration> history,
                              const applied_migration& missing)
{
    const auto digits = missing.name.substr(0, missing.name.find_first_not_of("0123456789"));
    const migration* by_number = nullptr;
    for (const auto* candidate : pending_of(known, history)) {
        if (candidate->checksum == missing.checksum)
            return candidate;
        if (!digits.empty() && digits.size() <= 18 &&
            migration_number(candidate->name) == migration_number(digits + "_"))
            by_number = candidate;
    }
    return by_number;
}

task<void> carry_out(pg::session& db, const repair_action& action)
{
    switch (action.what) {
    case repair_action::kind::accept:
        return history::accept_checksum(db, action.name, action.checksum);
    case repair_action::kind::follow:
        return history::rename(db, action.name, action.new_name, action.checksum);
    case repair_action::kind::forget:
        break;
    }
    return history::forget(db, action.name);
}

} // namespace

std::string repair_action::text() const
{
    switch (what) {
    case kind::accept:
        return fmt::format("{}: accept the edited file (what it did before stays as it is)", name);
    case kind::follow:
        return fmt::format("{}: is called {} from now on", name, new_name);
    case kind::forget:
        break;
    }
    return fmt::format("{}: forget that it was applied (what it did stays as it is)", name);
}

std::vector<repair_action> plan_repair(const registry& known, std::span<const applied_migration> history)
{
    std::vector<repair_action> actions;
    for (const auto& row : history) {
        const auto* ours = known.find(row.name);
        if (ours && ours->checksum != row.checksum) {
            actions.push_back({repair_action::kind::accept, row.name, {}, ours->checksum});
            continue;
        }
        const auto state = status_of(known, {&row, 1}).front().state;
        const auto* renamed = ours ? nullptr : renamed_from(known, history, row);
        if (renamed)
            actions.push_back({repair_action::kind::follow, row.name, renamed->name, renamed->checksum});
        else if (!ours && state != migration_state::newer)
            actions.push_back({repair_action::kind::forget, row.name, {}, {}});
    }
    return actions;
}

task<void> repair(pg::database& db, timer_wheel& clocks, const registry& known,
                  const std::vector<repair_action>& actions, lock_kind lock, deadline until)
{
    return change_history(
        db, clocks, known, lock, until, [&known, &actions](pg::transaction& tx, const auto& rows) -> task<void> {
            if (plan_repair(known, rows) != actions)
                throw migrate_error{exit_code::history,
                                    error{error_kind::configuration, "The history was changed by somebody else since: "
                                                                     "look at it again."}};
            for (const auto& action : actions)
                co_await carry_out(tx, action);
        });
}

} // namespace lightdash::migrate
