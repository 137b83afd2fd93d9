// db create, drop, reset, wait
#include "app/cli/command.hpp"
#include "app/commands/db/database_swap.hpp"
#include "app/server/maintenance.hpp"
#include "app/server/runtime.hpp"
#include "app/terminal/confirm.hpp"
#include "lightdash/core/units.hpp"
#include "lightdash/migrate/migrator.hpp"
#include "lightdash/sql/identifier.hpp"

#include <fmt/format.h>

#include <thread>

namespace lightdash::app {
namespace {

constexpr std::chrono::hours longest_migration{12};

task<void> create_database(runtime& on, std::string name)
{
    const auto create = pg::statement::trusted("db.create", "create database " + sql::quote_identifier(name));
    const auto db = co_await patient_session(on.database());
    try {
        co_await db->execute(create);
        fmt::print(stderr, "Created the database {}.\n", name);
    } catch (const error& failure) {
        if (failure.sqlstate() != "42P04")
            throw;
        fmt::print(stderr, "Nothing to do: the database {} exists.\n", name);
    }
}

task<void> drop_database(runtime& on, std::string name, bool force)
{
    const auto drop = pg::statement::trusted("db.drop", "drop database " + sql::quote_identifier(name) +
                                                            (force ? " with (force)" : ""));
    const auto db = co_await patient_session(on.database());
    try {
        co_await db->execute(drop);
        fmt::print(stderr, "Dropped the database {}.\n", name);
    } catch (const error& failure) {
        if (failure.sqlstate() == "55006")
            throw error{error_kind::in_use, fmt::format("The database {} is in use: stop what is connected to it, or "
                                                        "give --force to end those sessions.",
                                                        name)}
                .with_detail(failure.detail());
        if (failure.sqlstate() != "3D000")
            throw;
        fmt::print(stderr, "Nothing to do: there is no database {}.\n", name);
    }
}

task<int> migrate_all(runtime& on, const migrate::registry& known)
{
    migrate::migrator migrator{on.database(), on.clocks(), known, {}};
    const auto applied = co_await migrator.up(deadline::after(longest_migration));
    fmt::print(stderr, "Applied {} migrations.\n", applied);
    co_return 0;
}

task<int> create_only(runtime& on, std::string name)
{
    co_await create_database(on, std::move(name));
    co_return 0;
}

task<int> drop_only(runtime& on, std::string name, bool force)
{
    co_await drop_database(on, std::move(name), force);
    co_return 0;
}

// The new one is what the old one was beside its content: encoding, locale, owner, grants, settings.
task<int> drop_and_create(runtime& on, std::string name, bool force)
{
    const bool there = co_await database_exists(on.database(), name);
    if (!there) {
        co_await create_database(on, name);
        co_return 0;
    }
    const auto db = on.database().exclusive(deadline::after(std::chrono::seconds{30}));
    const auto like = co_await ops::properties_of(*db, name);
    std::vector<std::string> lost;
    co_await drop_database(on, name, force);
    co_await create_like(on.database(), name, like, lost);
    co_await give_properties(on.database(), name, like, true, lost);
    fmt::print(stderr, "Created the database {}.\n", name);
    for (const auto& one : lost)
        fmt::print(stderr, "Not made again: {}.\n", one);
    co_return 0;
}

task<int> nothing()
{
    co_return 0;
}

// Without DATABASE_URL the database is a server's private one, which may be on its way.
void wait_for_a_server(const settings& config, std::chrono::steady_clock::time_point until)
{
    if (has_database(config))
        return;
    fmt::print(stderr, "DATABASE_URL is not set: waiting for a server with a private PostgreSQL in {}.\n",
               config.data_dir.string());
    while (!has_database(config) && std::chrono::steady_clock::now() < until)
        std::this_thread::sleep_for(std::chrono::milliseconds{100});
}

void add_create(command_line& line, CLI::App& db)
{
    auto& create = line.add_under(db, "create", "Create the database that DATABASE_URL names",
                                  "  lightdash-backend db create\n"
                                  "  lightdash-backend db create && lightdash-backend migrate");
    line.add_setting_flags(create, {"LIGHTDASH_DATA_DIR"});
    line.on_run(create, [](const loaded_settings& loaded) {
        const maintenance server{loaded.values};
        return server.run([&](runtime& on) { return create_only(on, server.database()); });
    });
}

void add_drop(command_line& line, CLI::App& db)
{
    auto& drop = line.add_under(db, "drop", "Drop the database that DATABASE_URL names, with everything in it",
                                "  lightdash-backend db drop\n"
                                "  lightdash-backend db drop --confirm=lightdash_dev --force");
    const auto name = std::make_shared<typed_name>(line, drop);
    const auto force = std::make_shared<bool>(false);
    drop.add_flag("--force", *force, "End the sessions that are connected to it");
    line.add_setting_flags(drop, {"LIGHTDASH_DATA_DIR"});
    line.on_run(drop, [name, force](const loaded_settings& loaded) {
        const maintenance server{loaded.values};
        server.refuse_system_database();
        name->require(server.warning("dropped"), server.database(), loaded.values.env == environment::production);
        return server.run([&](runtime& on) { return drop_only(on, server.database(), *force); });
    });
}

void add_reset(command_line& line, CLI::App& db)
{
    auto& reset = line.add_under(db, "reset", "Drop the database, create it again and apply every migration",
                                 "  lightdash-backend db reset\n"
                                 "  lightdash-backend db reset --confirm=lightdash_dev && lightdash-backend seed");
    const auto name = std::make_shared<typed_name>(line, reset);
    const auto force = std::make_shared<bool>(false);
    reset.add_flag("--force", *force, "End the sessions that are connected to it");
    line.add_setting_flags(reset, {"LIGHTDASH_DATA_DIR"});
    line.on_run(reset, [name, force](const loaded_settings& loaded) {
        const maintenance server{loaded.values};
        server.refuse_system_database();
        name->require(server.warning("dropped and made again"), server.database(),
                      loaded.values.env == environment::production);
        const auto code = server.run([&](runtime& on) { return drop_and_create(on, server.database(), *force); });
        if (code != 0)
            return code;
        const auto known = migrate::registry::compiled_in();
        runtime on{loaded.values, server.connection()};
        return on.run(migrate_all(on, known));
    });
}

void add_wait(command_line& line, CLI::App& db)
{
    auto& wait = line.add_under(db, "wait", "Wait until the database answers",
                                "  lightdash-backend db wait\n"
                                "  lightdash-backend db wait 2m && lightdash-backend migrate");
    const auto limit = std::make_shared<std::string>("60s");
    wait.add_option("LIMIT", *limit, "How long at most, such as 90s or 5m (default 60s)");
    line.add_setting_flags(wait, {"LIGHTDASH_DATA_DIR"});
    line.on_run(wait, [limit](const loaded_settings& loaded) {
        const auto time = parse_duration(*limit);
        if (!time)
            throw error{error_kind::usage, fmt::format("'{}' is no duration: write 500ms, 90s, 5m or 1h.", *limit)};
        const auto started = std::chrono::steady_clock::now();
        wait_for_a_server(loaded.values, started + *time);
        runtime on{loaded.values};
        const auto code = on.run(nothing(), *time);
        const auto took = std::chrono::steady_clock::now() - started;
        if (code == 0)
            fmt::print(stderr, "PostgreSQL answers, after {}.\n",
                       to_text(std::chrono::duration_cast<std::chrono::milliseconds>(took)));
        return code;
    });
}

} // namespace

void add_db_lifecycle(command_line& line, CLI::App& db)
{
    add_wait(line, db);
    add_create(line, db);
    add_drop(line, db);
    add_reset(line, db);
}

} // namespace lightdash::app
