// migrate:status
#include "app/cli/answer.hpp"
#include "app/commands/list.hpp"
#include "app/commands/migrate/drift.hpp"
#include "app/commands/migrate/migration_flags.hpp"
#include "app/terminal/table.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lightdash::app {
namespace {

using migrate::migration_state;
using status_rows = std::vector<migrate::status_row>;

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

void print_table(const status_rows& rows, const terminal& where)
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
migrate::exit_code verdict(const status_rows& rows)
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

task<status_rows> read_status(runtime& on, const migrate::registry& known)
{
    migrate::migrator migrator{on.database(), on.clocks(), known, {}};
    auto rows = co_await migrator.status(deadline::after(std::chrono::seconds{30}));
    co_return rows;
}

void show(const status_rows& rows, const invocation& call)
{
    if (!call.json)
        return print_table(rows, call.out);
    std::vector<status_line> lines;
    for (const auto& row : rows)
        lines.push_back(line_of(row));
    print_json(lines);
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

int run(const invocation& call, const status_options& given)
{
    const auto known = given.flags.known();
    if (given.drift)
        return report_drift(call, known);
    runtime on{call.config()};
    const auto rows = ask(on, read_status(on, known), given.wait.patience());
    if (!rows.value)
        return rows.code;
    show(*rows.value, call);
    return given.check ? static_cast<int>(verdict(*rows.value)) : 0;
}

} // namespace

command commands::migrate_status()
{
    return command_of<status_options>(
        {.path = "migrate:status",
         .meaning = "Show which migrations are applied, pending, out of order, missing, changed or interrupted",
         .examples = "  lightdash-backend migrate:status\n"
                     "  lightdash-backend migrate:status --check || echo 'migrate first'\n"
                     "  lightdash-backend migrate:status --drift     (what was changed by hand)\n"
                     "  lightdash-backend migrate:status --json | jq -r '.[] | select(.state == \"pending\").name'"},
        run);
}

} // namespace lightdash::app
