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
    if (applied.state != progress_state::applied)
        return migration_state::interrupted;
    const auto* ours = known.find(applied.name);
    if (ours)
        return ours->checksum == applied.checksum ? migration_state::applied : migration_state::changed;
    return number_or_zero(applied.name) > highest_known(known) ? migration_state::newer : migration_state::missing;
}

std::string sentence_for(migration_state state, const std::string& name)
{
    switch (state) {
    case migration_state::changed:
        return fmt::format("{} was changed after it was applied: restore its file and put the change into a new "
                           "migration ('migrate:repair' accepts a harmless one).",
                           name);
    case migration_state::newer:
        return fmt::format("{} was applied by a newer program, which --strict does not tolerate: use that program.",
                           name);
    default:
        return fmt::format("{} was applied to this database, but this program does not have it: restore its file "
                           "('migrate:repair' follows a rename or forgets it).",
                           name);
    }
}

std::string interrupted_sentence(const registry& known, const applied_migration& row)
{
    const bool up = row.state == progress_state::applying;
    const auto* ours = known.find(row.name);
    const auto verb = up ? "applied" : "reverted";
    if (!ours)
        return fmt::format("{} was interrupted while it was {}, and this program does not have it: restore its file.",
                           row.name, verb);
    if (ours->checksum != row.checksum)
        return fmt::format("{} was interrupted while it was {}, and its file was changed since: restore the file, or "
                           "let 'migrate:repair' accept the new one.",
                           row.name, verb);
    return fmt::format("{} was interrupted after {} of {} statements while it was {}: 'migrate' finishes it.", row.name,
                       row.steps, (up ? ours->up : ours->down).size(), verb);
}

[[noreturn]] void throw_history(const std::vector<std::string>& sentences)
{
    throw migrate_error{exit_code::history,
                        error{error_kind::configuration, fmt::format("{}", fmt::join(sentences, "\n"))}};
}

bool was_applied(std::span<const applied_migration> history, const std::string& name)
{
    return std::any_of(history.begin(), history.end(),
                       [&](const auto& row) { return row.state == progress_state::applied && row.name == name; });
}

bool is_interrupted(std::span<const applied_migration> history, const std::string& name)
{
    const auto* half_done = interrupted_of(history);
    return half_done && half_done->name == name;
}

status_row status_of_row(const registry& known, const applied_migration& row)
{
    status_row made{
        row.name,       state_of(known, row), row.applied_at, row.batch, std::chrono::milliseconds{row.duration_ms},
        row.applied_by, row.applied_from,     row.version,    {}};
    if (made.state == migration_state::interrupted)
        made.detail = interrupted_sentence(known, row);
    else if (made.state == migration_state::changed || made.state == migration_state::missing)
        made.detail = sentence_for(made.state, row.name);
    return made;
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
        return "newer";
    case migration_state::interrupted:
        break;
    }
    return "interrupted";
}

const applied_migration* interrupted_of(std::span<const applied_migration> history)
{
    const auto found = std::find_if(history.begin(), history.end(),
                                    [](const auto& row) { return row.state != progress_state::applied; });
    return found == history.end() ? nullptr : &*found;
}

std::vector<status_row> status_of(const registry& known, std::span<const applied_migration> history)
{
    std::vector<status_row> rows;
    for (const auto& row : history)
        rows.push_back(status_of_row(known, row));
    for (const auto* waiting : pending_of(known, history))
        if (!is_interrupted(history, waiting->name))
            rows.push_back({.name = waiting->name});
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

std::vector<const migration*> plan_up(const registry& known, std::span<const applied_migration> history, bool strict)
{
    std::vector<std::string> faults;
    const applied_migration* latest = nullptr;
    for (const auto& row : history) {
        const auto state = state_of(known, row);
        if (state == migration_state::changed || state == migration_state::missing ||
            (strict && state == migration_state::newer))
            faults.push_back(sentence_for(state, row.name));
        const auto* ours = known.find(row.name);
        if (state == migration_state::interrupted && (!ours || ours->checksum != row.checksum))
            faults.push_back(interrupted_sentence(known, row));
        if (!latest || number_or_zero(row.name) > number_or_zero(latest->name))
            latest = &row;
    }
    auto pending = pending_of(known, history);
    for (const auto* waiting : pending)
        if (latest && migration_number(waiting->name) < number_or_zero(latest->name))
            faults.push_back(
                fmt::format("{} is pending, but the later {} was applied already: give it a number after it.",
                            waiting->name, latest->name));
    for (const auto* waiting : pending)
        if (strict && !waiting->reversible())
            faults.push_back(fmt::format("{} cannot be reverted, which --strict does not tolerate: write its down "
                                         "section.",
                                         waiting->name));
    if (!faults.empty())
        throw_history(faults);
    return pending;
}

const migration* plan_down(const registry& known, std::span<const applied_migration> history)
{
    if (history.empty())
        return nullptr;
    if (const auto* half_done = interrupted_of(history); half_done && half_done->state == progress_state::applying)
        throw migrate_error{exit_code::half_done,
                            error{error_kind::configuration, interrupted_sentence(known, *half_done)}};
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
