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
//
// `LIGHTDASH_MIGRATION(up, down, lint_allow{"drop-column", "nobody has read it since 4.2"})` breaks a rule of the
// linter on purpose.
#pragma once

#include "lightdash/migrate/migration.hpp"
#include "lightdash/sql/schema/schema_builder.hpp"

#include <string>
#include <utility>
#include <vector>

namespace lightdash::migrate {

struct transaction_off_t {};
inline constexpr transaction_off_t transaction_off{};

using describe_function = void (*)(sql::schema_builder&);

struct lint_allow {
    const char* rule;
    const char* reason;
};

// What a migration says behind its way up.
struct migration_traits {
    describe_function down = nullptr;
    bool transaction_off = false;
    std::vector<lint_allowance> lint_allowances = {};

    void add(describe_function way_down) { down = way_down; }
    void add(transaction_off_t) { transaction_off = true; }
    void add(const lint_allow& allowed) { lint_allowances.push_back({allowed.rule, allowed.reason, 0, true}); }
};

// Throws error_kind::internal when the description has no meaning.
migration describe_migration(std::string file, describe_function up, migration_traits traits);

template <class... Trait>
migration describe_migration(std::string file, describe_function up, const Trait&... traits)
{
    migration_traits all;
    (all.add(traits), ...);
    return describe_migration(std::move(file), up, std::move(all));
}

} // namespace lightdash::migrate

// Declared static here, so that every migration may call its own functions up and down.
[[maybe_unused]] static void up(lightdash::sql::schema_builder& schema);
[[maybe_unused]] static void down(lightdash::sql::schema_builder& schema);

using lightdash::migrate::lint_allow;
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
