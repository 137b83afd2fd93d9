#include "support/database_template.hpp"

#include "lightdash/async/attempt.hpp"
#include "lightdash/async/offload.hpp"
#include "lightdash/async/timer_wheel.hpp"
#include "lightdash/migrate/migrator.hpp"
#include "lightdash/pg/database.hpp"
#include "support/run_task.hpp"
#include "support/test_database.hpp"

#include <chrono>

namespace lightdash::testing {
namespace {

using namespace std::chrono_literals;

// Any number: it is asked for by tests only, on the tests' own server.
constexpr const char* template_lock = "7016996765293437281";

std::string template_name(const migrate::registry& known)
{
    std::string all;
    for (const auto& one : known.all())
        all += one.name + one.checksum;
    return "lightdash_template_" + migrate::checksum_of(all).substr(0, 16);
}

task<void> apply(pg::database& database, timer_wheel& clocks, const migrate::registry& known)
{
    migrate::migrator migrations{database, clocks, known, {}};
    auto ended = co_await attempt(migrations.up(deadline::after(60s)));
    co_await database.stop(deadline::after(5s));
    std::move(ended).get();
}

void migrate_database(const std::string& name, const migrate::registry& known)
{
    asio::io_context context{1};
    timer_wheel clocks{context};
    offload_pool blocking{context, 1, 16};
    pg::connection_options connection;
    connection.conninfo = secret{conninfo_with(test_server(), {{"dbname", name}})};
    pg::pool_options pool;
    pool.min = 1;
    pool.max = 2;
    pool.lanes = 1;
    pg::database database{context, clocks, blocking, connection, pool};
    database.start();
    run_task(context, apply(database, clocks, known), 90s);
}

// Built under another name and renamed when it is whole: a killed test leaves no half template.
void build(plain_connection& server, const std::string& name, const migrate::registry& known)
{
    const auto building = fresh_database_name();
    server.execute("CREATE DATABASE " + sql_name(building) + " TEMPLATE template0");
    migrate_database(building, known);
    server.execute("ALTER DATABASE " + sql_name(building) + " ALLOW_CONNECTIONS false");
    server.column("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = " +
                  sql_literal(building));
    server.execute("ALTER DATABASE " + sql_name(building) + " RENAME TO " + sql_name(name));
}

std::string find_or_build()
{
    const auto known = migrate::registry::compiled_in();
    auto name = template_name(known);
    plain_connection server{test_server()};
    server.column(std::string{"SELECT pg_advisory_lock("} + template_lock + ")"); // freed when this connection closes
    if (server.value("SELECT 1 FROM pg_database WHERE datname = " + sql_literal(name)).empty())
        build(server, name, known);
    return name;
}

} // namespace

const std::string& migrated_template()
{
    static const std::string name = find_or_build();
    return name;
}

// Here, so that a program which only wants empty databases does not need the migrator.
test_database test_database::migrated()
{
    return test_database{migrated_template()};
}

} // namespace lightdash::testing
