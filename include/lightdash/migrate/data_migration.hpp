// What a migration includes that changes data in C++:
//
//     task<void> up(pg::transaction& tx) { co_await change_schema(tx, [](schema_builder& schema) { … });
//                                          co_await tx.execute(fill_names); }
//     task<void> down(pg::transaction& tx) { … }
//     LIGHTDASH_DATA_MIGRATION(up, down);
//
// Everything happens in the migration's transaction. It cannot be printed or hashed statement by statement: its
// checksum is that of its source file. `LIGHTDASH_DATA_MIGRATION(up)` cannot be reverted.
#pragma once

#include "lightdash/migrate/migration.hpp"
#include "lightdash/pg/transaction.hpp"
#include "lightdash/sql/schema/schema_builder.hpp"

#include <string>

namespace lightdash::migrate {

// `checksum` of the source file's text.
migration describe_data_migration(std::string file, std::string checksum, change_function up,
                                  change_function down = nullptr);

// Runs the statements that `describe` makes, one by one.
task<void> change_schema(pg::transaction& tx, void (*describe)(sql::schema_builder&));

} // namespace lightdash::migrate

[[maybe_unused]] static lightdash::task<void> up(lightdash::pg::transaction& tx);
[[maybe_unused]] static lightdash::task<void> down(lightdash::pg::transaction& tx);

namespace pg = lightdash::pg;
using lightdash::task;
using lightdash::migrate::change_schema;
using lightdash::sql::raw;
using lightdash::sql::schema_builder;
using lightdash::sql::table;

// scripts/cmake/migrations.cmake defines the names for each file and lists the functions in the registry.
#ifdef LIGHTDASH_MIGRATION_FUNCTION
#define LIGHTDASH_DATA_MIGRATION(...)                                                                                  \
    lightdash::migrate::migration LIGHTDASH_MIGRATION_FUNCTION();                                                      \
    lightdash::migrate::migration LIGHTDASH_MIGRATION_FUNCTION()                                                       \
    {                                                                                                                  \
        return lightdash::migrate::describe_data_migration(LIGHTDASH_MIGRATION_FILE, LIGHTDASH_MIGRATION_CHECKSUM,     \
                                                           __VA_ARGS__);                                               \
    }                                                                                                                  \
    static_assert(true, "takes the semicolon")
#endif
