// migrate:status
#include "app/cli/command.hpp"
#include "app/cli/migration_flags.hpp"
#include "app/commands/migrate/drift.hpp"
#include "app/server/runtime.hpp"
#include "app/terminal/print_json.hpp"
#include "app/terminal/table.hpp"

#include <fmt/format.h>

#include <algorithm>

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
};
LIGHTDASH_DESCRIBE(status_line, name, state, applied_at, batch, milliseconds, applied_by, applied_from, version, detail)

bool was_applied(const migrate::status_row& row)
{
    return row.state != migration_state::pending && row.state != migration_state::out_of_order;
}

status_line line_of(const migrate::status_row& row)
{
    status_line line;
    line.name = row.name;
    line.state = migrate::to_string(row.state);
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

void print_table(const std::vector<migrate::status_row>& rows, const terminal& where)
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
    for (const auto& row : rows) {
        const bool pending = !was_applied(row);
        shown.add({row.name, cell{std::string{migrate::to_string(row.state)}, look_of(row.state)},
                   pending ? "-" : std::to_string(row.batch), pending ? "-" : row.applied_at.substr(0, 19) + "Z",
                   pending ? "-" : std::to_string(row.took.count()), pending ? "-" : row.applied_by,
                   pending ? "-" : row.version, pending ? "-" : row.applied_from});
    }
    fmt::print("{}", shown.text(where));
    for (const auto& row : rows)
        if (!row.detail.empty())
            fmt::print("{}\n", row.detail);
}

// What --check says: the worst first.
migrate::exit_code verdict(const std::vector<migrate::status_row>& rows)
{
    const auto has = [&](migration_state state) {
        return std::any_of(rows.begin(), rows.end(), [&](const auto& row) { return row.state == state; });
    };
    if (has(migration_state::interrupted))
        return migrate::exit_code::half_done;
    if (has(migration_state::changed) || has(migration_state::missing) || has(migration_state::out_of_order))
        return migrate::exit_code::history;
    return has(migration_state::pending) ? migrate::exit_code::pending : migrate::exit_code::done;
}

task<int> show_status(runtime& on, const migrate::registry& known, const terminal& where, bool json, bool check)
{
    migrate::migrator migrator{on.database(), on.clocks(), known, {}};
    const auto rows = co_await migrator.status(deadline::after(std::chrono::seconds{30}));
    if (json) {
        std::vector<status_line> lines;
        for (const auto& row : rows)
            lines.push_back(line_of(row));
        print_json(lines);
    } else {
        print_table(rows, where);
    }
    co_return check ? static_cast<int>(verdict(rows)) : 0;
}

} // namespace

void add_migration_status(command_line& line)
{
    auto& status = line.add(
        "migrate:status", "Show which migrations are applied, pending, out of order, missing, changed or interrupted",
        "  lightdash-backend migrate:status\n"
        "  lightdash-backend migrate:status --check || echo 'migrate first'\n"
        "  lightdash-backend migrate:status --drift     (what was changed by hand)\n"
        "  lightdash-backend migrate:status --json | jq -r '.[] | select(.state == \"pending\").name'");
    const migration_flags flags{line, status, false};
    const wait_flag wait{status};
    const auto json = std::make_shared<bool>(false), check = std::make_shared<bool>(false);
    const auto drift = std::make_shared<bool>(false);
    status.add_flag("--json", *json,
                    "Print an array of {name, state, appliedAt, batch, milliseconds, appliedBy, appliedFrom, version, "
                    "detail}");
    status.add_flag("--check", *check,
                    "Exit 8 when a migration is pending, 5 when one is changed, missing or out of order, 9 when one is "
                    "interrupted");
    status.add_flag(
        "--drift", *drift,
        "Instead, say what the schema has otherwise than the applied migrations make it on a scratch database "
        "(needs CREATEDB; exit 5 when anything differs); --json: an array of {kind, sentence}");
    line.on_run(status, [&line, flags, wait, json, check, drift](const loaded_settings& loaded) {
        const auto known = flags.known();
        if (*drift)
            return report_drift(loaded, known, *json);
        const auto where = line.out();
        runtime on{loaded.values};
        return on.run(show_status(on, known, where, *json, *check), wait.patience());
    });
}

} // namespace lightdash::app
