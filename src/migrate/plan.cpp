#include "lightdash/migrate/plan.hpp"

#include "lightdash/core/error.hpp"
#include "lightdash/migrate/migrate_error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
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

// 1, 2, 3 of "1.2.3" and of "1.2.3-beta"; empty when it begins with no number.
std::vector<std::int64_t> numbers_of(std::string_view version)
{
    std::vector<std::int64_t> numbers;
    for (const auto* end = version.data() + version.size();;) {
        std::int64_t number = 0;
        const auto [after, failure] = std::from_chars(version.data(), end, number);
        if (failure != std::errc{} || number < 0)
            return numbers;
        numbers.push_back(number);
        version.remove_prefix(static_cast<std::size_t>(after - version.data()));
        if (!version.starts_with('.'))
            return numbers;
        version.remove_prefix(1);
    }
}

migration_state state_of(const registry& known, const applied_migration& applied)
{
    if (applied.state != progress_state::applied)
        return migration_state::interrupted;
    const auto* ours = known.find(applied.name);
    if (ours)
        return ours->checksum == applied.checksum ? migration_state::applied : migration_state::changed;
    return is_newer(known, applied) ? migration_state::newer : migration_state::missing;
}

// "the newer program 1.3.0"
std::string program_of(const applied_migration& row)
{
    return row.version.empty() ? "a newer program" : fmt::format("the newer program {}", row.version);
}

std::string sentence_for(migration_state state, const applied_migration& row)
{
    const auto& name = row.name;
    switch (state) {
    case migration_state::changed:
        return fmt::format("{} was changed after it was applied: restore its file and put the change into a new "
                           "migration ('migrate:repair' accepts a harmless one).",
                           name);
    case migration_state::newer:
        return fmt::format("{} was applied by {}, which --strict does not tolerate: use that program.", name,
                           program_of(row));
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
    if (!ours && is_newer(known, row))
        return fmt::format("{} was interrupted while {} {} it: that program's 'migrate' finishes it.", row.name,
                           program_of(row), verb);
    if (!ours)
        return fmt::format("{} was interrupted while it was {}, and this program does not have it: restore its file.",
                           row.name, verb);
    if (ours->checksum != row.checksum)
        return fmt::format("{} was interrupted while it was {}, and its file was changed since: restore the file{}.",
                           row.name, verb,
                           may_go_on_edited(row) ? ", or let 'migrate:repair' accept the new one"
                                                 : " and let 'migrate' finish it before the file is changed");
    return fmt::format("{} was interrupted after {} of {} statements while it was {}: 'migrate' finishes it.", row.name,
                       row.steps, row.steps + static_cast<std::int64_t>(statements_left(*ours, row).size()), verb);
}

std::string out_of_order_sentence(const migration& waiting, const applied_migration& latest)
{
    return fmt::format("{} is pending, but the later {} was applied already: give it a number after it.", waiting.name,
                       latest.name);
}

// The one with the highest number, whenever it was applied, or null.
const applied_migration* highest_of(std::span<const applied_migration> history)
{
    const auto found = std::ranges::max_element(history, {}, [](const auto& row) { return number_or_zero(row.name); });
    return found == history.end() ? nullptr : &*found;
}

bool is_out_of_order(const migration& waiting, const applied_migration* highest)
{
    return highest && migration_number(waiting.name) < number_or_zero(highest->name);
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
        made.detail = sentence_for(made.state, row);
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
    case migration_state::out_of_order:
        return "out-of-order";
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

std::string statement_id(std::string_view text)
{
    return checksum_of(text).substr(0, 16);
}

std::vector<std::size_t> statements_left(const migration& ours, const applied_migration& half_done)
{
    const auto& statements = half_done.state == progress_state::reverting ? ours.down : ours.up;
    const auto steps = static_cast<std::size_t>(half_done.steps);
    std::vector<std::string> done{half_done.statements.begin(),
                                  half_done.statements.begin() +
                                      static_cast<std::ptrdiff_t>(std::min(steps, half_done.statements.size()))};
    std::vector<std::size_t> left;
    for (std::size_t i = 0; i < statements.size(); ++i) {
        if (half_done.statements.empty()) {
            if (i >= steps)
                left.push_back(i);
            continue;
        }
        const auto same = std::ranges::find(done, statement_id(statements[i].text));
        if (same == done.end())
            left.push_back(i);
        else
            done.erase(same); // a text that stands there twice was done once
    }
    return left;
}

bool may_go_on_edited(const applied_migration& half_done)
{
    return half_done.state == progress_state::applied || half_done.steps == 0 || !half_done.statements.empty();
}

bool is_newer(const registry& known, const applied_migration& applied)
{
    if (known.find(applied.name))
        return false;
    const auto theirs = numbers_of(applied.version), mine = numbers_of(known.program_version());
    if (theirs.empty() || mine.empty())
        return number_or_zero(applied.name) > highest_known(known);
    return theirs > mine;
}

std::vector<status_row> status_of(const registry& known, std::span<const applied_migration> history)
{
    std::vector<status_row> rows;
    for (const auto& row : history)
        rows.push_back(status_of_row(known, row));
    const auto* highest = highest_of(history);
    for (const auto* waiting : pending_of(known, history)) {
        if (is_interrupted(history, waiting->name))
            continue;
        status_row made{.name = waiting->name};
        if (is_out_of_order(*waiting, highest)) {
            made.state = migration_state::out_of_order;
            made.detail = out_of_order_sentence(*waiting, *highest);
        }
        rows.push_back(std::move(made));
    }
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
    for (const auto& row : history) {
        const auto state = state_of(known, row);
        if (state == migration_state::changed || state == migration_state::missing ||
            (strict && state == migration_state::newer))
            faults.push_back(sentence_for(state, row));
        const auto* ours = known.find(row.name);
        if (state == migration_state::interrupted && (!ours || ours->checksum != row.checksum))
            faults.push_back(interrupted_sentence(known, row));
    }
    auto pending = pending_of(known, history);
    const auto* highest = highest_of(history);
    for (const auto* waiting : pending)
        if (is_out_of_order(*waiting, highest))
            faults.push_back(out_of_order_sentence(*waiting, *highest));
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
    if (is_newer(known, last))
        throw_history(
            {fmt::format("{} was applied by {}: use that program to revert it.", last.name, program_of(last))});
    if (!ours || ours->checksum != last.checksum)
        throw_history({sentence_for(ours ? migration_state::changed : migration_state::missing, last)});
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
