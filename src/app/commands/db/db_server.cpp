// db locks, db connections, db health
#include "app/commands/db/inspection.hpp"
#include "lightdash/ops/inspect/connections.hpp"
#include "lightdash/ops/inspect/health.hpp"
#include "lightdash/ops/inspect/locks.hpp"
#include "lightdash/ops/inspect/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lightdash::app {
namespace {

task<int> show_locks(runtime& on, bool json, const terminal& where)
{
    const auto report = co_await inspect(on, [](pg::session& db) { return ops::read_locks(db); });
    if (json)
        print_json(report);
    else if (report.roots.empty())
        fmt::print(stderr, "Nobody waits for a lock.\n");
    else
        print_lines(where, ops::draw_locks(report.roots, !where.unicode));
    for (const auto& root : report.roots) {
        if (json || root.session.pid == 0)
            continue;
        const bool idles = root.session.state.starts_with("idle in transaction");
        fmt::print(stderr, "{} holds up {}: 'lightdash-backend db kill {}{}' frees them.\n", root.session.pid,
                   ops::waiters_below(root), root.session.pid, idles ? " --idle-in-transaction" : "");
    }
    print_hint(report.hidden);
    co_return 0;
}

task<int> show_connections(runtime& on, bool json, const terminal& where)
{
    const auto report = co_await inspect(on, [](pg::session& db) { return ops::read_connections(db); });
    print_hint(report.hidden);
    if (json) {
        print_json(report);
        co_return 0;
    }
    table made{{{"connections", column_kind::number},
                {"state"},
                {"longest", column_kind::number},
                {"user"},
                {"database"},
                {"application", column_kind::flexible}}};
    for (const auto& one : report.groups)
        made.add({std::to_string(one.connections), one.state, ops::short_duration(one.longest_seconds), one.username,
                  one.database, one.application});
    fmt::print("{}", made.text(where));
    const auto& limits = report.limits;
    fmt::print(stderr,
               "{} of {} connections are open, {} are left ({} reserved for superusers, {} for "
               "pg_use_reserved_connections).\n",
               limits.used, limits.max_connections, limits.available, limits.superuser_reserved, limits.reserved);
    co_return 0;
}

cell light_cell(ops::health_light light)
{
    switch (light) {
    case ops::health_light::ok:
        return {"ok", style::good};
    case ops::health_light::unknown:
        return {"unknown", style::dim};
    case ops::health_light::warn:
        return {"warn", style::warn};
    case ops::health_light::bad:
        break;
    }
    return {"bad", style::bad};
}

task<int> show_health(runtime& on, bool json, std::optional<ops::health_light> fail_from, const terminal& where)
{
    const auto items = co_await inspect(on, [](pg::session& db) { return ops::read_health(db); });
    const int code = fail_from && ops::worst_of(items) >= *fail_from ? 1 : 0;
    if (json) {
        print_json(items);
        co_return code;
    }
    table made{{{"light"}, {"of"}, {"reason", column_kind::flexible}}};
    for (const auto& one : items)
        made.add({light_cell(one.light), one.name, one.reason});
    fmt::print("{}", made.text(where));
    bool first = true;
    for (const auto& one : items) {
        if (one.mend.empty())
            continue;
        fmt::print("{}{}: {}\n", first ? "\nTo mend:\n  " : "  ", one.name, printable(one.mend));
        first = false;
    }
    co_return code;
}

} // namespace

void add_db_server(command_line& line, CLI::App& db)
{
    auto locks =
        add_inspection(line, db, "locks", "Who waits for whom, as a tree from whoever holds everybody up",
                       "  lightdash-backend db locks\n"
                       "  lightdash-backend db locks --json | jq '.roots[].session.pid'",
                       "{roots: [{session: {pid, username, database, application, state, query, seconds, "
                       "transactionSeconds}, wait: null or {waiter, blocker, mode, target, heldMode, seconds}, "
                       "alsoWaitsFor: [pid], deadlock, waiters: [the same]}], hidden: {count, role}}");
    line.on_run(locks.command, [&line, json = locks.json](const loaded_settings& loaded) {
        runtime on{loaded.values};
        return on.run(show_locks(on, *json, line.out()));
    });

    auto connections = add_inspection(
        line, db, "connections", "Who holds how many connections, and how many are left",
        "  lightdash-backend db connections\n"
        "  lightdash-backend db connections --json | jq .limits.available",
        "{limits: {used, maxConnections, superuserReserved, reserved, available}, groups: [{application, "
        "username, database, state, connections, longestSeconds}], hidden: {count, role}}");
    line.on_run(connections.command, [&line, json = connections.json](const loaded_settings& loaded) {
        runtime on{loaded.values};
        return on.run(show_connections(on, *json, line.out()));
    });

    auto health = add_inspection(line, db, "health", "What ends badly when nobody looks, with what mends it",
                                 "  lightdash-backend db health\n"
                                 "  lightdash-backend db health --check || echo 'look at the database'\n"
                                 "  lightdash-backend db health --json | jq -r '.[] | select(.light == \"bad\").mend'",
                                 "[{name, light: ok, unknown, warn or bad, reason, mend}], the worst first");
    const auto check = std::make_shared<std::string>();
    const auto* option =
        health.command
            .add_option("--check", *check, "Exit 1 when a light is bad, or with --check=warn when one is warn or bad")
            ->expected(0, 1)
            ->check(CLI::IsMember({"bad", "warn"}))
            ->type_name("LIGHT");
    line.on_run(health.command, [&line, check, option, json = health.json](const loaded_settings& loaded) {
        std::optional<ops::health_light> fail_from;
        if (option->count() > 0)
            fail_from = *check == "warn" ? ops::health_light::warn : ops::health_light::bad;
        runtime on{loaded.values};
        return on.run(show_health(on, *json, fail_from, line.out()));
    });
}

} // namespace lightdash::app
