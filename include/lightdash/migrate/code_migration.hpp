// What a migration written in C++ includes, and nothing else:
//
//     void up(schema_builder& schema) { schema.create_table("projects", [](table& t) { … }); }
//     void down(schema_builder& schema) { schema.drop_table("projects"); }
//     LIGHTDASH_MIGRATION(up, down);
//
// The build names it after its file. `LIGHTDASH_MIGRATION(up)` cannot be reverted; a last argument `transaction_off`
// runs each statement by itself. up and down only describe; they run when the registry is made, never while the
// database is changed.
//
// A migration of nothing but statements that PostgreSQL refuses inside a transaction (an index built concurrently) gets
// none, without saying so. One that mixes them with others is refused, unless it says transaction_off: what ran before
// a failure would be kept.
#pragma once

#include "lightdash/migrate/migration.hpp"
#include "lightdash/sql/schema/schema_builder.hpp"

#include <string>

namespace lightdash::migrate {

struct transaction_off_t {};
inline constexpr transaction_off_t transaction_off{};

using describe_function = void (*)(sql::schema_builder&);

// Throws error_kind::internal when the description has no meaning.
migration describe_migration(std::string file, describe_function up, describe_function down = nullptr);
migration describe_migration(std::string file, describe_function up, transaction_off_t);
migration describe_migration(std::string file, describe_function up, describe_function down, transaction_off_t);

} // namespace lightdash::migrate

// Declared static here, so that every migration may call its own functions up and down.
[[maybe_unused]] static void up(lightdash::sql::schema_builder& schema);
[[maybe_unused]] static void down(lightdash::sql::schema_builder& schema);

using lightdash::migrate::transaction_off;
using lightdash::sql::deferral;
using lightdash::sql::detaching;
using lightdash::sql::identity_kind;
using lightdash::sql::index_column;
using lightdash::sql::partition_bounds;
using lightdash::sql::partition_method;
using lightdash::sql::raw;
using lightdash::sql::referential_action;
using lightdash::sql::schema_builder;
using lightdash::sql::table;
using lightdash::sql::view;
using lightdash::sql::view_check;

// scripts/cmake/migrations.cmake defines both names for each file and lists the functions in the registry.
#ifdef LIGHTDASH_MIGRATION_FUNCTION
#define LIGHTDASH_MIGRATION(...)                                                                                       \
    lightdash::migrate::migration LIGHTDASH_MIGRATION_FUNCTION();                                                      \
    lightdash::migrate::migration LIGHTDASH_MIGRATION_FUNCTION()                                                       \
    {                                                                                                                  \
        return lightdash::migrate::describe_migration(LIGHTDASH_MIGRATION_FILE, __VA_ARGS__);                          \
    }                                                                                                                  \
    static_assert(true, "takes the semicolon")
#endif
