// migrate:status
#include "app/cli/answer.hpp"
#include "app/commands/list.hpp"
#include "app/commands/migrate/drift.hpp"
#include "app/commands/migrate/migration_flags.hpp"
#include "app/terminal/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <variant>

namespace lightdash::app {
namespace {

using migrate::migration_state;

// One line of `migrate:status --json`.
struct status_line {
    std::string name;
    std::string_view state;
    std::optional<std::string> applied_at;
    std::optional<std::int64_t> batch;
    std::optional<std::int64_t> milliseconds;
    std::optional<std::string> applied_by;
    std::optional<std::string> applied_from;
    std::optional<std::string> version;
    std::optional<std::string> detail;
    migration_state is; // what `state` names
};
LIGHTDASH_DESCRIBE(status_line, name, state, applied_at, batch, milliseconds, applied_by, applied_from, version, detail)

using status_lines = std::vector<status_line>;
using status_answer = std::variant<status_lines, std::vector<migrate::catalog_difference>>; // with --drift the latter

bool was_applied(const migrate::status_row& row)
{
    return row.state != migration_state::pending && row.state != migration_state::out_of_order;
}

status_line line_of(const migrate::status_row& row)
{
    status_line line;
    line.name = row.name;
    line.state = migrate::to_string(row.state);
    line.is = row.state;
    if (!row.detail.empty())
        line.detail = row.detail;
    if (!was_applied(row))
        return line;
    line.applied_at = row.applied_at;
    line.batch = row.batch;
    line.milliseconds = row.took.count();
    line.applied_by = row.applied_by;
    line.applied_from = row.applied_from;
    line.version = row.version;
    return line;
}

style look_of(migration_state state)
{
    if (state == migration_state::applied || state == migration_state::newer)
        return style::plain;
    return state == migration_state::pending ? style::warn : style::bad;
}

void print_table(const status_lines& lines, const terminal& where)
{
    constexpr bool expendable = true;
    table shown{{{"name"},
                 {"state"},
                 {"batch", column_kind::number},
                 {"applied at", column_kind::text, expendable},
                 {"ms", column_kind::number, expendable},
                 {"by", column_kind::text, expendable},
                 {"version", column_kind::text, expendable},
                 {"from", column_kind::flexible, expendable}}};
    for (const auto& one : lines)
        shown.add({one.name, cell{std::string{one.state}, look_of(one.is)},
                   one.batch ? std::to_string(*one.batch) : "-",
                   one.applied_at ? one.applied_at->substr(0, 19) + "Z" : "-",
                   one.milliseconds ? std::to_string(*one.milliseconds) : "-", one.applied_by.value_or("-"),
                   one.version.value_or("-"), one.applied_from.value_or("-")});
    fmt::print("{}", shown.text(where));
    for (const auto& one : lines)
        if (one.detail)
            fmt::print("{}\n", *one.detail);
}

// What --check says: the worst first.
migrate::exit_code verdict(const status_lines& lines)
{
    const auto has = [&](migration_state state) {
        return std::ranges::find(lines, state, &status_line::is) != lines.end();
    };
    if (has(migration_state::interrupted))
        return migrate::exit_code::half_done;
    if (has(migration_state::changed) || has(migration_state::missing) || has(migration_state::out_of_order))
        return migrate::exit_code::history;
    return has(migration_state::pending) ? migrate::exit_code::pending : migrate::exit_code::done;
}

task<status_lines> read_status(runtime& on, const migrate::registry& known)
{
    migrate::migrator migrator{on.database(), on.clocks(), known, {}};
    const auto rows = co_await migrator.status(deadline::after(std::chrono::seconds{30}));
    status_lines lines;
    std::ranges::transform(rows, std::back_inserter(lines), line_of);
    co_return lines;
}

struct status_options {
    migration_flags flags;
    wait_flag wait;
    bool check = false, drift = false;

    void describe(option_list& are)
    {
        flags.describe(are, false);
        wait.describe(are);
        are.json("an array of {name, state, appliedAt, batch, milliseconds, appliedBy, appliedFrom, version, detail}");
        are.flag("--check", check,
                 "Exit 8 when a migration is pending, 5 when one is changed, missing or out of order, 9 when one is "
                 "interrupted");
        are.flag("--drift", drift,
                 "Instead, say what the schema has otherwise than the applied migrations make it on a scratch database "
                 "(needs CREATEDB; exit 5 when anything differs); --json: an array of {kind, sentence}");
    }
};

answer<status_answer> find(const invocation& call, const status_options& given)
{
    const auto known = given.flags.known();
    if (given.drift) {
        auto drift = find_drift(call.config(), known);
        return {std::move(drift.value), drift.code};
    }
    runtime on{call.config()};
    auto lines = ask(on, read_status(on, known), given.wait.patience());
    if (lines.value && given.check)
        lines.code = static_cast<int>(verdict(*lines.value));
    return {std::move(lines.value), lines.code};
}

void show(const status_answer& found, const invocation& call)
{
    if (const auto* lines = std::get_if<status_lines>(&found))
        print_table(*lines, call.out);
    else
        for (const auto& one : std::get<1>(found))
            fmt::print("{}\n", one.sentence);
}

} // namespace

command commands::migrate_status()
{
    return answering<status_options>(
        {.path = "migrate:status",
         .meaning = "Show which migrations are applied, pending, out of order, missing, changed or interrupted",
         .examples = "  lightdash-backend migrate:status\n"
                     "  lightdash-backend migrate:status --check || echo 'migrate first'\n"
                     "  lightdash-backend migrate:status --drift     (what was changed by hand)\n"
                     "  lightdash-backend migrate:status --json | jq -r '.[] | select(.state == \"pending\").name'"},
        find, show);
}

} // namespace lightdash::app
