#include "lightdash/migrate/code_migration.hpp"
#include "lightdash/migrate/migrate_error.hpp"
#include "lightdash/migrate/migration.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace lightdash::migrate {
namespace {

using ::testing::HasSubstr;

migration named(std::string name, std::string statement = "select 1")
{
    migration made;
    made.file = name + ".sql";
    made.name = std::move(name);
    made.up.push_back({std::move(statement), 3});
    return made;
}

TEST(MigrationNumber, IsTheNameUpToTheFirstUnderscore)
{
    EXPECT_EQ(migration_number("003_create_projects_table"), 3);
    EXPECT_EQ(migration_number("20261122210000_x"), 20261122210000);
    for (const auto* wrong : {"", "_x", "create_table", "12", "12x_y", "-1_x", "9999999999999999999_x"})
        EXPECT_THROW(migration_number(wrong), error) << wrong;
}

TEST(Checksum, IsSha256InHexadecimal)
{
    EXPECT_EQ(checksum_of("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Registry, SortsByNumberWhateverTheWidth)
{
    registry known;
    for (const auto* name : {"10_c", "2_b", "001_a"})
        known.add(named(name));
    ASSERT_EQ(known.all().size(), 3U);
    EXPECT_EQ(known.all()[0].name, "001_a");
    EXPECT_EQ(known.all()[1].name, "2_b");
    EXPECT_EQ(known.all()[2].name, "10_c");
    EXPECT_EQ(known.find("2_b"), &known.all()[1]);
    EXPECT_EQ(known.find("3_d"), nullptr);
}

TEST(Registry, RefusesTwoMigrationsOfOneNumber)
{
    registry known;
    known.add(named("007_a"));
    try {
        known.add(named("7_b"));
        FAIL();
    } catch (const migrate_error& refused) {
        EXPECT_EQ(refused.code(), exit_code::history);
        EXPECT_THAT(refused.message(), HasSubstr("\"007_a\" and \"7_b\""));
    }
}

TEST(Registry, RefusesStatementsThatWouldEndTheMigratorsTransaction)
{
    for (const auto* statement : {"commit", "BEGIN", "Rollback to savepoint a", "end", "abort", "start transaction",
                                  "prepare transaction 'x'"}) {
        registry known;
        EXPECT_THROW(known.add(named("1_a", statement)), error) << statement;
        auto alone = named("1_a", statement); // its statements are counted one by one, each in a transaction
        alone.transaction = false;
        EXPECT_THROW(known.add(alone), error) << statement;
    }
    registry known;
    EXPECT_NO_THROW(known.add(named("1_a", "prepare p as select 1")));
    try {
        known.add(named("2_b", "commit"));
    } catch (const error& refused) {
        EXPECT_THAT(refused.message(), HasSubstr("2_b.sql:3 says COMMIT"));
    }
}

void make_things(schema_builder& schema)
{
    schema.create_table("things", [](table& t) { t.integer("n").index(); });
    schema.raw("select ';'; select 2");
}
void drop_things(schema_builder& schema)
{
    schema.drop_table("things");
}

TEST(CodeMigration, IsDescribedWithoutRunning)
{
    const auto made = describe_migration("migrations/012_things.cpp", make_things, drop_things);
    EXPECT_EQ(made.name, "012_things");
    EXPECT_TRUE(made.transaction);
    ASSERT_EQ(made.up.size(), 4U);
    EXPECT_EQ(made.up[0].text, R"(create table "things" ("n" integer))");
    EXPECT_EQ(made.up[2].text, "select ';'");
    EXPECT_EQ(made.up[3].text, "select 2");
    EXPECT_EQ(made.down.size(), 1U);
    EXPECT_EQ(made.checksum.size(), 64U);
}

TEST(CodeMigration, HasAChecksumOfAllItDescribes)
{
    const auto both = describe_migration("1_a.cpp", make_things, drop_things);
    EXPECT_EQ(describe_migration("1_a.cpp", make_things, drop_things).checksum, both.checksum);
    EXPECT_NE(describe_migration("1_a.cpp", make_things).checksum, both.checksum);
    EXPECT_NE(describe_migration("1_a.cpp", make_things, drop_things, transaction_off).checksum, both.checksum);
    EXPECT_FALSE(describe_migration("1_a.cpp", make_things, transaction_off).transaction);
}

void index_concurrently(schema_builder& schema)
{
    schema.alter_table("things", [](table& t) { t.index("n").concurrently(); });
}
void drop_index_concurrently(schema_builder& schema)
{
    schema.alter_table("things", [](table& t) { t.drop_index("n", {}, {.concurrently = true}); });
}

TEST(CodeMigration, HasNoTransactionWhenNoneOfItsStatementsCanRunInOne)
{
    const auto made = describe_migration("1_a.cpp", index_concurrently, drop_index_concurrently);
    EXPECT_FALSE(made.transaction);
    EXPECT_EQ(made.checksum,
              describe_migration("1_a.cpp", index_concurrently, drop_index_concurrently, transaction_off).checksum);
    EXPECT_FALSE(describe_migration("1_a.cpp", [](schema_builder& schema) { schema.raw("vacuum"); }).transaction);
}

TEST(CodeMigration, RefusesToMixStatementsThatCanRunInATransactionWithOthers)
{
    try {
        describe_migration("migrations/1_a.cpp", index_concurrently, drop_things);
        FAIL();
    } catch (const error& refused) {
        EXPECT_THAT(refused.message(), HasSubstr("migrations/1_a.cpp:"));
        EXPECT_THAT(refused.message(), HasSubstr("transaction_off"));
    }
    EXPECT_FALSE(describe_migration("1_a.cpp", index_concurrently, drop_things, transaction_off).transaction);
}

TEST(CodeMigration, KnowsTheLineOfEachStatement)
{
    const auto made = describe_migration("1_a.cpp", make_things, drop_things);
    EXPECT_GT(made.up[0].line, 0);
    EXPECT_EQ(made.up[2].line, made.up[0].line + 1);
    EXPECT_EQ(made.up[3].line, made.up[2].line) << "one raw text";
}

TEST(CodeMigration, NamesItsFileWhenItsDescriptionHasNoMeaning)
{
    try {
        describe_migration("migrations/1_a.cpp", [](schema_builder& schema) {
            schema.create_table("t", [](table& t) { t.uuid("a").references("b"); });
        });
        FAIL();
    } catch (const error& refused) {
        EXPECT_THAT(refused.message(), HasSubstr("migrations/1_a.cpp: The foreign key"));
    }
}

TEST(ExitCode, FollowsFromTheFailure)
{
    EXPECT_EQ(exit_code_of(migrate_error{exit_code::locked, error{error_kind::lock_timeout, ""}}), exit_code::locked);
    EXPECT_EQ(exit_code_of(error{error_kind::database_unavailable, ""}), exit_code::unreachable);
    EXPECT_EQ(exit_code_of(error{error_kind::cancelled, ""}), exit_code::interrupted);
    EXPECT_EQ(exit_code_of(error{error_kind::internal, ""}), exit_code::other);
}

TEST(Registry, RefusesWhatPostgresRefusesInsideATransaction)
{
    for (const auto* statement :
         {"create index concurrently i on t (a)", "CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)", "vacuum t",
          "drop index concurrently i", "reindex table concurrently t", "create database d", "alter system set a = 1",
          "/* why */ drop /* so */ index concurrently i", "alter table t detach partition p concurrently"}) {
        registry known;
        EXPECT_THROW(known.add(named("1_a", statement)), error) << statement;
        auto alone = named("1_a", statement);
        alone.transaction = false;
        EXPECT_NO_THROW(known.add(alone)) << statement;
    }
    for (const auto* statement : {"create index i on t (a)", "refresh materialized view concurrently v",
                                  "create index \"concurrently\" on t (a)", "comment on table t is 'vacuum'"}) {
        registry known;
        EXPECT_NO_THROW(known.add(named("1_a", statement))) << statement;
    }
}

TEST(Registry, RefusesAConcurrentIndexThatNobodyCouldFindAgain)
{
    auto nameless = named("1_a", "create index concurrently on t (a)");
    nameless.transaction = false;
    registry known;
    try {
        known.add(nameless);
        FAIL();
    } catch (const error& refused) {
        EXPECT_THAT(refused.message(), HasSubstr("builds an index without a name"));
    }
}

TEST(Registry, RefusesAMigrationThatChangesNothing)
{
    migration empty;
    empty.name = "1_a";
    empty.file = "migrations/1_a.cpp";
    registry known;
    try {
        known.add(empty);
        FAIL();
    } catch (const error& refused) {
        EXPECT_THAT(refused.message(), HasSubstr("migrations/1_a.cpp changes nothing"));
    }
}

TEST(Registry, FindsAMigrationByNameNumberOrWords)
{
    registry known;
    for (const auto* name : {"001_create_users", "002_add_email", "010_add_index"})
        known.add(named(name));
    EXPECT_EQ(known.resolve("002_add_email").name, "002_add_email");
    EXPECT_EQ(known.resolve("2").name, "002_add_email");
    EXPECT_EQ(known.resolve("002").name, "002_add_email");
    EXPECT_EQ(known.resolve("add_index").name, "010_add_index");
    try {
        known.resolve("add_emial");
        FAIL();
    } catch (const error& unknown) {
        EXPECT_EQ(unknown.kind(), error_kind::usage);
        EXPECT_EQ(unknown.message(), "There is no migration \"add_emial\"; did you mean add_email?");
    }
    EXPECT_THROW(known.resolve(""), error);
    EXPECT_THROW(known.resolve("3"), error);
}

} // namespace
} // namespace lightdash::migrate
