#include "app/commands/db/database_lifecycle.hpp"

#include "app/runtime/maintenance.hpp"
#include "lightdash/pg/sqlstate.hpp"
#include "lightdash/sql/identifier.hpp"

#include <fmt/format.h>

namespace lightdash::app {

task<void> create_database(runtime& on, std::string name)
{
    const auto create = pg::statement::trusted("db.create", "create database " + sql::quote_identifier(name));
    const auto db = co_await patient_session(on.database());
    try {
        co_await db->execute(create);
        fmt::print(stderr, "Created the database {}.\n", name);
    } catch (const error& failure) {
        if (!pg::is(failure.sqlstate(), pg::condition::duplicate_database))
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
        if (pg::is(failure.sqlstate(), pg::condition::object_in_use))
            throw error{error_kind::in_use, fmt::format("The database {} is in use: stop what is connected to it, or "
                                                        "give --force to end those sessions.",
                                                        name)}
                .with_detail(failure.detail());
        if (!pg::is(failure.sqlstate(), pg::condition::invalid_catalog_name))
            throw;
        fmt::print(stderr, "Nothing to do: there is no database {}.\n", name);
    }
}

} // namespace lightdash::app
