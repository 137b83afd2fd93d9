// db reset
#include "app/commands/backup/database_swap.hpp"
#include "app/commands/db/database_lifecycle.hpp"
#include "app/commands/list.hpp"
#include "app/commands/migrate/migration_flags.hpp"
#include "app/terminal/confirm.hpp"
#include "lightdash/migrate/migrator.hpp"

#include <fmt/format.h>

namespace lightdash::app {
namespace {

struct reset_options {
    typed_name name;
    bool force = false;

    void describe(option_list& are)
    {
        name.describe(are);
        are.flag("--force", force, "End the sessions that are connected to it");
        are.setting("LIGHTDASH_DATA_DIR");
    }
};

task<int> migrate_all(runtime& on, const migrate::registry& known)
{
    migrate::migrator migrator{on.database(), on.clocks(), known, {}};
    const auto applied = co_await migrator.up(deadline::after(longest_migration));
    fmt::print(stderr, "Applied {} migrations.\n", applied);
    co_return 0;
}

// The new one is what the old one was beside its content: encoding, locale, owner, grants, settings.
task<void> drop_and_create(runtime& on, std::string name, bool force)
{
    const bool there = co_await database_exists(on.database(), name);
    if (!there) {
        co_await create_database(on, name);
        co_return;
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
}

int reset(const invocation& call, const reset_options& given)
{
    const maintenance server{call.config()};
    server.refuse_system_database();
    given.name.require(call, server.warning("dropped and made again"), server.database(), call.in_production());
    const auto code =
        server.run([&](runtime& on) { return done(drop_and_create(on, server.database(), given.force)); });
    if (code != 0)
        return code;
    const auto known = migrate::registry::compiled_in();
    runtime on{call.config(), server.connection()};
    return on.run(migrate_all(on, known));
}

} // namespace

command commands::db_reset()
{
    return command_of<reset_options>(
        {.path = "db reset",
         .meaning = "Drop the database, create it again and apply every migration",
         .examples = "  lightdash-backend db reset\n"
                     "  lightdash-backend db reset --confirm=lightdash_dev && lightdash-backend seed"},
        reset);
}

} // namespace lightdash::app
