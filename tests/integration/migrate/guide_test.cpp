// The examples of the guide's chapter "Migrations", as code and as SQL: up, down and up again give equal schemas.
#include "integration/migrate/catalog_reading.hpp"
#include "integration/migrate/migrating.hpp"
#include "lightdash/migrate/code_migration.hpp"
#include "lightdash/migrate/data_migration.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lightdash::migrate {
namespace {

using lightdash::testing::test_database;

// organization_id is not in the guide's example, but its index is.
void create_users(schema_builder& schema)
{
    schema.raw("create extension if not exists \"uuid-ossp\"");
    schema.create_table("users", [](table& t) {
        t.uuid("id").primary().default_to(raw("uuid_generate_v4()"));
        t.string("email").not_null().unique();
        t.string("first_name").not_null();
        t.string("last_name").not_null();
        t.uuid("organization_id");
        t.timestamps();
    });
}
void drop_users(schema_builder& schema)
{
    schema.drop_table("users");
    schema.raw("drop extension \"uuid-ossp\"");
}

void add_columns(schema_builder& schema)
{
    schema.alter_table("users", [](table& t) {
        t.boolean("is_active").default_to(true);
        t.timestamp("last_login").nullable();
    });
}
void drop_columns(schema_builder& schema)
{
    schema.alter_table("users", [](table& t) {
        t.drop_column("is_active");
        t.drop_column("last_login");
    });
}

void add_indexes(schema_builder& schema)
{
    schema.alter_table("users", [](table& t) {
        t.index("email");
        t.index({"organization_id", "created_at"});
    });
}
void drop_indexes(schema_builder& schema)
{
    schema.alter_table("users", [](table& t) {
        t.drop_index("email");
        t.drop_index({"organization_id", "created_at"});
    });
}

task<void> add_full_name(pg::transaction& tx)
{
    static const pg::statement fill{"users.fill_full_name",
                                    "update users set full_name = concat(first_name, ' ', last_name)"};
    co_await change_schema(tx, [](schema_builder& schema) {
        schema.alter_table("users", [](table& t) { t.string("full_name").nullable(); });
    });
    co_await tx.execute(fill);
    co_await change_schema(
        tx, [](schema_builder& schema) { schema.alter_table("users", [](table& t) { t.set_not_null("full_name"); }); });
}
task<void> drop_full_name(pg::transaction& tx)
{
    return change_schema(
        tx, [](schema_builder& schema) { schema.alter_table("users", [](table& t) { t.drop_column("full_name"); }); });
}

registry as_code()
{
    return known_as(
        {describe_migration("migrations/001_create_users_table.cpp", create_users, drop_users),
         describe_migration("migrations/002_add_columns.cpp", add_columns, drop_columns),
         describe_migration("migrations/003_add_indexes.cpp", add_indexes, drop_indexes),
         describe_data_migration("migrations/004_add_full_name.cpp", "of its file", add_full_name, drop_full_name)});
}

registry as_sql()
{
    return known_as(
        {made("001_create_users_table",
              "create extension if not exists \"uuid-ossp\";\n"
              "create table users (id uuid default uuid_generate_v4() primary key, email varchar not null,\n"
              "  first_name varchar not null, last_name varchar not null, organization_id uuid,\n"
              "  created_at timestamp default now(), updated_at timestamp default now(),\n"
              "  constraint users_email_unique unique (email));",
              "drop table users;\ndrop extension \"uuid-ossp\";"),
         made("002_add_columns",
              "alter table users add column is_active boolean default true, add column last_login timestamp;",
              "alter table users drop column is_active, drop column last_login;"),
         made("003_add_indexes",
              "create index users_email_index on users (email);\n"
              "create index users_organization_id_created_at_index on users (organization_id, created_at);",
              "drop index users_email_index;\ndrop index users_organization_id_created_at_index;"),
         made("004_add_full_name",
              "alter table users add column full_name varchar;\n"
              "update users set full_name = concat(first_name, ' ', last_name);\n"
              "alter table users alter column full_name set not null;",
              "alter table users drop column full_name;")});
}

// Applies and reverts step by step, comparing; returns the schema at the end.
std::string up_down_up(const registry& known)
{
    const auto db = test_database::empty();
    migrating here{db};
    std::vector<std::string> before;
    for (std::size_t i = 0; i < known.all().size(); ++i) {
        migrator worker{here.database, here.clocks, known, {}};
        before.push_back(described(db).text());
        EXPECT_EQ(here.run(worker.up({.steps = 1}, deadline::after(20s))), 1U);
        EXPECT_NE(described(db).text(), before.back());
        if (i == 0)
            db.execute("insert into users (email, first_name, last_name) values ('a@example.com', 'Ada', 'Byron')");
    }
    EXPECT_EQ(db.value("select full_name from users"), "Ada Byron");
    const auto whole = described(db).text();
    for (auto i = known.all().size(); i-- > 0;) {
        EXPECT_EQ(here.down(known), 1U);
        EXPECT_EQ(described(db).text(), before[i]) << known.all()[i].name;
    }
    EXPECT_EQ(here.up(known), known.all().size());
    EXPECT_EQ(described(db).text(), whole);
    return whole;
}

TEST(Guide, ExamplesAsCodeAndAsSqlMakeTheSameSchemaUpDownAndUpAgain)
{
    const auto from_code = up_down_up(as_code());
    EXPECT_THAT(from_code, ::testing::HasSubstr("users_organization_id_created_at_index"));
    EXPECT_EQ(from_code, up_down_up(as_sql()));
}

TEST(Guide, ADataChangeThatFailsLeavesNothing)
{
    const auto db = test_database::empty();
    migrating here{db};
    const auto known =
        known_as({describe_data_migration("migrations/1_a.cpp", "x", [](pg::transaction& tx) -> task<void> {
            static const pg::statement create{"test.create", "create table t (a int)"};
            static const pg::statement fill{"test.fill", "insert into t values (1 / 0)"};
            co_await tx.execute(create);
            co_await tx.execute(fill);
        })});
    try {
        here.up(known);
        FAIL();
    } catch (const migrate_error& failure) {
        EXPECT_EQ(failure.code(), exit_code::failed);
        EXPECT_EQ(failure.message(),
                  "Migration 1_a (up) failed, nothing of it was kept: division by zero (SQLSTATE 22012) "
                  "(migrations/1_a.cpp)");
    }
    EXPECT_EQ(db.value("select to_regclass('t') is null"), "t");
}

} // namespace
} // namespace lightdash::migrate
