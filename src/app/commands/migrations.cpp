// migrate, rollback-last, migrate:status
#include "app/command.hpp"
#include "app/runtime.hpp"
#include "lightdash/http/json.hpp"
#include "lightdash/migrate/migrator.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lightdash::app {
namespace {

constexpr std::chrono::hours longest_run{12}; // an index on a large table may take its time
constexpr int pending_found = 8;

migrate::migrator_options announcing()
{
    migrate::migrator_options options;
    options.on_step = [](const migrate::progress& step) {
        fmt::print(stderr, "{} {} ({} ms)\n", step.up ? "applied " : "reverted", step.name, step.took.count());
    };
    return options;
}

task<int> apply_all(runtime& on, const migrate::registry& known)
{
    migrate::migrator migrator{on.database(), on.clocks(), known, announcing()};
    const auto applied = co_await migrator.up(deadline::after(longest_run));
    if (applied == 0)
        fmt::print(stderr, "Nothing to do: every migration is applied.\n");
    else
        fmt::print(stderr, "{} migration{} applied.\n", applied, applied == 1 ? "" : "s");
    co_return 0;
}

task<int> revert(runtime& on, const migrate::registry& known, std::size_t steps)
{
    migrate::migrator migrator{on.database(), on.clocks(), known, announcing()};
    const auto reverted = co_await migrator.down(steps, deadline::after(longest_run));
    if (reverted == 0)
        fmt::print(stderr, "Nothing to do: no migration is applied.\n");
    co_return 0;
}

// One line of `migrate:status --json`.
struct status_line {
    std::string name;
    std::string_view state;
    std::optional<std::string> applied_at;
    std::optional<std::int64_t> batch;
    std::optional<std::int64_t> milliseconds;
};
LIGHTDASH_DESCRIBE(status_line, name, state, applied_at, batch, milliseconds)

std::vector<status_line> lines_of(const std::vector<migrate::status_row>& rows)
{
    std::vector<status_line> lines;
    for (const auto& row : rows) {
        status_line line{row.name, migrate::to_string(row.state), {}, {}, {}};
        if (row.state != migrate::migration_state::pending) {
            line.applied_at = row.applied_at;
            line.batch = row.batch;
            line.milliseconds = row.took.count();
        }
        lines.push_back(std::move(line));
    }
    return lines;
}

void print_table(const std::vector<status_line>& lines)
{
    std::size_t width = 4;
    for (const auto& line : lines)
        width = std::max(width, line.name.size());
    fmt::print("{:<{}}  {:<8}  {:>5}  {:>8}  {}\n", "name", width, "state", "batch", "ms", "applied at");
    for (const auto& line : lines)
        fmt::print("{:<{}}  {:<8}  {:>5}  {:>8}  {}\n", line.name, width, line.state,
                   line.batch ? std::to_string(*line.batch) : "-",
                   line.milliseconds ? std::to_string(*line.milliseconds) : "-", line.applied_at.value_or("-"));
}

task<int> show_status(runtime& on, const migrate::registry& known, bool json, bool check)
{
    migrate::migrator migrator{on.database(), on.clocks(), known, {}};
    const auto rows = co_await migrator.status(deadline::after(std::chrono::seconds{30}));
    const auto lines = lines_of(rows);
    if (json) {
        std::string text;
        http::json::write(text, lines);
        fmt::print("{}\n", text);
    } else {
        print_table(lines);
    }
    const auto has = [&](migrate::migration_state state) {
        return std::any_of(rows.begin(), rows.end(), [state](const auto& row) { return row.state == state; });
    };
    if (has(migrate::migration_state::changed) || has(migrate::migration_state::missing))
        co_return static_cast<int>(migrate::exit_code::history);
    co_return check&& has(migrate::migration_state::pending) ? pending_found : 0;
}

} // namespace

void add_migrations(command_line& line)
{
    auto& up = line.add("migrate", "Apply every pending migration",
                        "  lightdash-backend migrate\n"
                        "  DATABASE_URL=postgresql://localhost/lightdash lightdash-backend migrate");
    line.add_setting_flags(up, {"LIGHTDASH_DATA_DIR"});
    line.on_run(up, [](const loaded_settings& loaded) {
        const auto known = migrate::registry::compiled_in();
        runtime on{loaded.values};
        return on.run(apply_all(on, known));
    });

    auto& down = line.add("rollback-last", "Revert the migration that was applied last",
                          "  lightdash-backend rollback-last\n"
                          "  lightdash-backend rollback-last --steps 3");
    line.add_setting_flags(down, {"LIGHTDASH_DATA_DIR"});
    const auto steps = std::make_shared<std::size_t>(1);
    down.add_option("--steps", *steps, "How many, newest first")->check(CLI::Range(1, 10'000));
    line.on_run(down, [steps](const loaded_settings& loaded) {
        const auto known = migrate::registry::compiled_in();
        runtime on{loaded.values};
        return on.run(revert(on, known, *steps));
    });

    auto& status =
        line.add("migrate:status", "Show which migrations are applied, pending, missing or changed",
                 "  lightdash-backend migrate:status\n"
                 "  lightdash-backend migrate:status --check || echo 'migrate first'\n"
                 "  lightdash-backend migrate:status --json | jq -r '.[] | select(.state == \"pending\").name'");
    line.add_setting_flags(status, {"LIGHTDASH_DATA_DIR"});
    const auto json = std::make_shared<bool>(false), check = std::make_shared<bool>(false);
    status.add_flag("--json", *json, "Print an array of {name, state, appliedAt, batch, milliseconds}");
    status.add_flag("--check", *check, "Exit 8 when a migration is pending");
    line.on_run(status, [json, check](const loaded_settings& loaded) {
        const auto known = migrate::registry::compiled_in();
        runtime on{loaded.values};
        return on.run(show_status(on, known, *json, *check));
    });
}

} // namespace lightdash::app
