#include "app/commands/backup/restore_statements.hpp"

#include "app/runtime/maintenance.hpp"
#include "lightdash/sql/identifier.hpp"

namespace lightdash::app {

task<std::int64_t> objects_in(pg::database& database)
{
    const auto db = database.exclusive(deadline::after(std::chrono::minutes{2}));
    const auto objects = co_await ops::count_objects(*db);
    co_return objects;
}

task<std::vector<std::string>> databases_like(pg::database& server, std::string beginning)
{
    static const pg::statement list{"restore.leftovers", "select datname::text from pg_database "
                                                         "where starts_with(datname::text, $1) order by 1"};
    const auto db = server.exclusive(deadline::after(std::chrono::seconds{30}));
    auto found = co_await db->all<std::string>(list, beginning);
    co_return found;
}

task<ops::database_properties> properties_in(pg::database& server, std::string name)
{
    const auto db = server.exclusive(deadline::after(std::chrono::seconds{30}));
    auto found = co_await ops::properties_of(*db, name);
    co_return found;
}

task<std::vector<ops::table_rows>> rows_in(pg::database& database, ops::row_progress on_progress)
{
    auto tx = co_await database.begin({}, deadline::after(std::chrono::hours{12}));
    co_await ops::lift_limits(tx);
    auto counted = co_await ops::count_rows(tx, std::move(on_progress));
    co_await tx.rollback();
    co_return counted;
}

task<void> create_plainly(pg::database& server, std::string name)
{
    const auto create = pg::statement::trusted("restore.database", "create database " + sql::quote_identifier(name) +
                                                                       " template template0");
    const auto db = co_await patient_session(server);
    co_await db->execute(create);
}

} // namespace lightdash::app
