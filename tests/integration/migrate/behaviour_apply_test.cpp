// Applying: transactions, failures, locks of tables.
#include "integration/migrate/behaviour.hpp"
#include "lightdash/migrate/code_migration.hpp"
#include "lightdash/migrate/data_migration.hpp"
#include "support/eventually.hpp"

#include <gmock/gmock.h>

#include <thread>

namespace lightdash::migrate {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

using Behaviour = behaviour;

TEST_F(Behaviour, 2_1_EachMigrationHasItsTransactionAndTheBatchIsAnOption)
{
    EXPECT_EQ(failure_up(known_as({a, bad})).code(), exit_code::failed);
    EXPECT_TRUE(there("a"));
    EXPECT_EQ(here.down(known_as({a})), 1U);
    EXPECT_THROW(up(known_as({a, bad}), {.one_transaction = true}), migrate_error);
    EXPECT_FALSE(there("a"));
}

TEST_F(Behaviour, 2_2_AFailureSaysWhatWasKeptAndWhatNot)
{
    EXPECT_THAT(failure_up(known_as({a, bad, c})).message(),
                ::testing::AllOf(HasSubstr("2_bad (up) failed at statement 1 of 1, nothing of it was kept"),
                                 HasSubstr("1 migration applied before it stays applied; 1 after it was not tried.")));
}

TEST_F(Behaviour, 2_3_ATableIsFreeAgainBeforeTheNextMigrationRuns)
{
    db.execute("create table t (x int)");
    std::thread reader([&] {
        auto witness = db.plain();
        EXPECT_TRUE(testing::eventually(10s, [&] {
            return witness.value("select count(*) from pg_stat_activity where datname = current_database() and query "
                                 "like 'select pg_sleep(0.8)%'") != "0";
        })) << "the second migration never slept";
        witness.execute("set lock_timeout = '300ms'; select * from t");
    });
    here.up(known_as({made("1_a", "alter table t add y int;"), made("2_b", "select pg_sleep(0.8);")}));
    reader.join();
}

TEST_F(Behaviour, 2_4_TransactionOffConcernsThatMigrationOnly)
{
    const auto known = known_as(
        {made("1_a", "create table a (x int);\nselect 1 / 0;"), made("2_b", "vacuum;", "", " transaction:off")});
    EXPECT_EQ(failure_up(known).code(), exit_code::failed);
    EXPECT_FALSE(there("a"));
}

TEST_F(Behaviour, 2_5_TheHistoryRowIsOfTheSameTransactionAsTheSchemasChange)
{
    here.up(known_as({a}));
    db.execute("alter table lightdash_migrations add constraint refused check (name <> '2_b')");
    failure_up(known_as({a, b}));
    EXPECT_FALSE(there("b"));
    EXPECT_THAT(history(), ElementsAre("1_a"));
}

TEST_F(Behaviour, 2_6_AFailureSaysWhichStateWasReachedAndTheNextRunIsABatchOfItsOwn)
{
    EXPECT_THAT(failure_up(known_as({a, bad})).message(), HasSubstr("1 migration applied before it stays applied"));
    EXPECT_EQ(here.up(known_as({a, b})), 1U);
    EXPECT_THAT(db.column("select batch from lightdash_migrations order by id"), ElementsAre("1", "2"));
}

TEST_F(Behaviour, 2_7_WithoutATransactionItIsWrittenDownAsBegunAndFinishedLater)
{
    auto known = known_as({made("1_a", "create table t (x int);\nselect 1 / count(*) from t;\nvacuum t;",
                                "drop table t;", " transaction:off")});
    EXPECT_EQ(failure_up(known).code(), exit_code::failed);
    EXPECT_EQ(here.status(known)[0].state, migration_state::interrupted);
    db.execute("insert into t values (1)");
    EXPECT_EQ(here.up(known), 1U);
    EXPECT_EQ(here.status(known)[0].state, migration_state::applied);
}

TEST_F(Behaviour, 2_8_AMigrationOfSeveralStatementsIsOne)
{
    const auto known = known_as({describe_migration("migrations/1_a.cpp", [](schema_builder& schema) {
        schema.create_table("t", [](table& t) { t.uuid("other").references("id").in_table("nowhere"); });
    })});
    EXPECT_EQ(failure_up(known).code(), exit_code::failed);
    EXPECT_FALSE(there("t"));
}

TEST_F(Behaviour, 2_9_AConcurrentIndexInsideATransactionIsRefusedBeforeAnythingRuns)
{
    EXPECT_THROW(known_as({a, made("2_b", "create index concurrently i on a (x);")}), error);
}

TEST_F(Behaviour, 2_12_AChangeThatSendsNoStatementIsNotRecorded)
{
    const auto known = known_as({describe_data_migration("migrations/1_a.cpp", "x", [](pg::transaction&) -> task<void> {
        co_return; // as when the one call was forgotten
    })});
    EXPECT_THAT(failure_up(known).message(), HasSubstr("it sent no statement"));
    EXPECT_TRUE(untouched());
}

TEST_F(Behaviour, 2_13_TheFirstErrorIsTheOneThatIsTold)
{
    const auto known =
        known_as({describe_data_migration("migrations/1_a.cpp", "x", [](pg::transaction& tx) -> task<void> {
            static const pg::statement wrong{"test.wrong", "select 1 / 0"};
            static const pg::statement right{"test.right", "select 1"};
            try {
                co_await tx.execute(wrong);
            } catch (const error&) {
            }
            co_await tx.execute(right);
        })});
    EXPECT_THAT(failure_up(known).message(), HasSubstr("an earlier statement of this transaction failed"));
}

TEST_F(Behaviour, 2_14_ASwallowedErrorIsNoSuccess)
{
    const auto known =
        known_as({describe_data_migration("migrations/1_a.cpp", "x", [](pg::transaction& tx) -> task<void> {
            static const pg::statement wrong{"test.wrong", "select 1 / 0"};
            try {
                co_await tx.execute(wrong);
            } catch (const error&) {
            }
        })});
    failure_up(known);
    EXPECT_TRUE(untouched());
}

TEST_F(Behaviour, 2_15_ASavepointThatFailsLeavesTheRest)
{
    const auto known =
        known_as({describe_data_migration("migrations/1_a.cpp", "x", [](pg::transaction& tx) -> task<void> {
            static const pg::statement create{"test.create", "create table a (x int)"};
            static const pg::statement wrong{"test.wrong", "select 1 / 0"};
            co_await tx.execute(create);
            try {
                co_await tx.savepoint([&tx] { return tx.execute(wrong); });
            } catch (const error&) {
            }
        })});
    EXPECT_EQ(here.up(known), 1U);
    EXPECT_TRUE(there("a"));
}

TEST_F(Behaviour, 2_17_WhatCannotBeRevertedSaysSo)
{
    const auto known = known_as({made("1_a", "create table a ();", "")});
    EXPECT_EQ(here.up(known), 1U);
    EXPECT_THAT(failure_of([&] { here.down(known); }).message(), HasSubstr("1_a cannot be reverted"));
    EXPECT_TRUE(there("a"));
}

TEST_F(Behaviour, 2_19_AnEditedFileIsRefused)
{
    here.up(known_as({a}));
    const auto failure = failure_up(known_as({made("1_a", "create table a (x int) ;")}));
    EXPECT_EQ(failure.code(), exit_code::history);
}

TEST_F(Behaviour, 2_20_AnOlderFileAddedLaterIsRefused)
{
    here.up(known_as({b}));
    const auto failure = failure_up(known_as({a, b}));
    EXPECT_EQ(failure.code(), exit_code::history);
    EXPECT_THAT(failure.message(), HasSubstr("1_a is pending, but the later 2_b was applied already"));
}

TEST_F(Behaviour, 2_21_ATableInUseIsTriedAgainAndItsUserIsNamed)
{
    db.execute("create table busy (x int)");
    auto reader = db.plain();
    reader.execute("set application_name = 'the report'; begin; select * from busy");
    std::vector<std::string> notes;
    std::thread closer([&] {
        std::this_thread::sleep_for(2500ms);
        reader.execute("rollback");
    });
    EXPECT_EQ(here.up(known_as({made("1_a", "alter table busy add y int;")}),
                      {.lock_timeout = 800ms, .on_note = [&](const std::string& text) { notes.push_back(text); }}),
              1U);
    closer.join();
    EXPECT_THAT(notes, Contains(::testing::AllOf(HasSubstr("1_a waits"),
                                                 HasSubstr("pid " + std::to_string(reader.backend_pid())),
                                                 HasSubstr("the report"), HasSubstr("query began"))));
    EXPECT_THAT(notes, Contains(HasSubstr("Try 1 of 5 failed")));
}

} // namespace
} // namespace lightdash::migrate
