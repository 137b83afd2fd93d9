#include "lightdash/migrate/repair.hpp"

#include "migrate/history/change_history.hpp"

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

task<void> carry_out(pg::session& db, const history::table& history, const repair_action& action)
{
    switch (action.what) {
    case repair_action::kind::accept:
        return history.accept_checksum(db, action.name, action.checksum);
    case repair_action::kind::follow:
        return history.rename(db, action.name, action.new_name, action.checksum);
    case repair_action::kind::forget:
        break;
    }
    return history.forget(db, action.name);
}

// What 'migrate' will do with the new text of one that is half done.
std::string next_of(const migration& ours, const applied_migration& row)
{
    if (row.state == progress_state::applied)
        return {};
    const auto left = statements_left(ours, row);
    if (left.empty())
        return "nothing of it is left to run";
    const auto& statements = row.state == progress_state::reverting ? ours.down : ours.up;
    const auto& next = statements[left.front()];
    return fmt::format("'migrate' goes on with {} of its {} statements, the first on line {}: {}", left.size(),
                       statements.size(), next.line, next.text.substr(0, next.text.find('\n')));
}

} // namespace

std::string repair_action::text() const
{
    switch (what) {
    case kind::accept:
        return fmt::format("{}: accept the edited file (what it did before stays as it is{}{})", name,
                           next.empty() ? "" : "; ", next);
    case kind::follow:
        return fmt::format("{}: is called {} from now on{}{}", name, new_name, next.empty() ? "" : "; ", next);
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
        if (is_newer(known, row))
            continue;
        if (ours && ours->checksum != row.checksum) {
            if (may_go_on_edited(row))
                actions.push_back({repair_action::kind::accept, row.name, {}, ours->checksum, next_of(*ours, row)});
            continue;
        }
        const auto* renamed = ours ? nullptr : renamed_from(known, history, row);
        if (renamed && renamed->checksum != row.checksum && !may_go_on_edited(row))
            continue;
        if (renamed)
            actions.push_back(
                {repair_action::kind::follow, row.name, renamed->name, renamed->checksum, next_of(*renamed, row)});
        else if (!ours)
            actions.push_back({repair_action::kind::forget, row.name, {}, {}, {}});
    }
    return actions;
}

task<void> repair(pg::database& db, timer_wheel& clocks, const registry& known,
                  const std::vector<repair_action>& actions, lock_kind lock, deadline until)
{
    return change_history(
        db, clocks, known, lock, until,
        [&known, &actions](pg::transaction& tx, history::table& history, const auto& rows) -> task<void> {
            if (plan_repair(known, rows) != actions)
                throw migrate_error{exit_code::history,
                                    error{error_kind::configuration, "The history was changed by somebody else since: "
                                                                     "look at it again."}};
            co_await history.prepare(tx);
            for (const auto& action : actions)
                co_await carry_out(tx, history, action);
        });
}

} // namespace lightdash::migrate
