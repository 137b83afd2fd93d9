// One test for each observed behaviour of Knex that this program does better, named after its row in the list of
// observations (sections 1 to 4; those that need the whole program are in integration/app/migrate_commands_test.cpp).
//
// Not adopted:
//   1.9  one kind of migration per project: SQL and C++ files share one numbering, and both are compiled in
//   1.21 a schema of its own for the history, created when absent: there is no such setting
//   1.23 history qualified by a schema: it stands in the schema of the tables that it is about, which the search path
//        of the database decides, as it does for the migrations' own unqualified names
//   5.5  migrating inside a caller's transaction: migrations without a transaction could not run there; tests copy a
//        template database instead
//   5.14 init: there is no configuration file to create
//   5.22 and 5.23 are about the query builder and its events, not about migrations
#include "integration/migrate/migrating.hpp"
#include "lightdash/migrate/code_migration.hpp"
#include "lightdash/migrate/data_migration.hpp"
#include "lightdash/migrate/folder.hpp"
#include "lightdash/migrate/new_migration.hpp"
#include "lightdash/migrate/repair.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

namespace lightdash::migrate {
namespace {

using lightdash::testing::test_database;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class Behaviour : public ::testing::Test {
protected:
    std::vector<std::string> history() const { return db.column("select name from lightdash_migrations order by id"); }
    bool there(const std::string& table) const { return db.value("select to_regclass('" + table + "')") == table; }
    bool untouched() const
    {
        return db.value("select count(*) from pg_class where relnamespace = 'public'::regnamespace") == "0";
    }
    template <class Work>
    migrate_error failure_of(Work work)
    {
        try {
            work();
        } catch (const migrate_error& failure) {
            return failure;
        }
        throw std::runtime_error("it did not fail");
    }
    migrate_error failure_up(const registry& known, migrator_options options = {})
    {
        return failure_of([&] { here.up(known, std::move(options)); });
    }
    std::size_t up(const registry& known, up_goal goal)
    {
        migrator worker{here.database, here.clocks, known, {}};
        return here.run(worker.up(std::move(goal), deadline::after(20s)));
    }
    std::size_t down(const registry& known, down_goal goal)
    {
        migrator worker{here.database, here.clocks, known, {}};
        return here.run(worker.down(std::move(goal), deadline::after(20s)));
    }
    static std::filesystem::path fresh_folder()
    {
        std::string name = std::filesystem::temp_directory_path() / "lightdash_behaviour_XXXXXX";
        return ::mkdtemp(name.data());
    }

    test_database db = test_database::empty();
    migrating here{db};
    const migration a = made("1_a", "create table a (x int);", "drop table a;");
    const migration b = made("2_b", "create table b (x int);", "drop table b;");
    const migration c = made("3_c", "create table c (x int);", "drop table c;");
    const migration bad = made("2_bad", "create table bad (x nonsense);");
};

TEST_F(Behaviour, 1_1_StatusIsReadOnly)
{
    EXPECT_EQ(here.status(known_as({a})).size(), 1U);
    EXPECT_TRUE(untouched());
}

TEST_F(Behaviour, 1_2_NamesAreUniqueAndNothingIsNull)
{
    here.up(known_as({a}));
    EXPECT_THROW(db.execute("insert into lightdash_migrations (name, batch, checksum, duration_ms, version) values "
                            "('1_a', 1, 'x', 0, '1')"),
                 std::runtime_error);
    EXPECT_EQ(
        db.value("select count(*) from pg_attribute where attrelid = 'lightdash_migrations'::regclass and attnum > "
                 "0 and not attnotnull"),
        "0");
}

TEST_F(Behaviour, 1_3_ChecksumDurationUserAndVersionAreRecorded)
{
    here.up(known_as({made("1_a", "select pg_sleep(0.05);")}));
    EXPECT_EQ(db.value("select checksum ~ '^[0-9a-f]{64}$' and duration_ms >= 50 and applied_by = session_user and "
                       "version = '1.2.3' from lightdash_migrations"),
              "t");
}

TEST_F(Behaviour, 1_4_TimesAreOfTheServersClock)
{
    const auto before = db.value("select clock_timestamp()");
    here.up(known_as({a}));
    EXPECT_EQ(db.value("select applied_at between '" + before + "' and clock_timestamp() from lightdash_migrations"),
              "t");
}

TEST_F(Behaviour, 1_6_NamesOfFilesAreMadeOfWordsAndNeverLeaveTheFolder)
{
    EXPECT_EQ(migration_words("two words"), "two_words");
    EXPECT_THROW(migration_words("../up"), error);
}

TEST_F(Behaviour, 1_7_AFileIsNeverWrittenOver)
{
    const auto folder = fresh_folder();
    const auto first = create_migration("add users", {.folder = folder, .sql = true});
    std::ofstream{first} << "mine";
    EXPECT_THROW(create_migration("add users", {.folder = folder, .sql = true}), error);
    EXPECT_EQ(read_text_file(first), "mine");
    EXPECT_FALSE(write_new_file(first, "yours"));
    std::filesystem::remove_all(folder);
}

TEST_F(Behaviour, 1_10_AnEmptyMigrationIsAnError)
{
    EXPECT_THROW(known_as({describe_migration("migrations/1_a.cpp", [](schema_builder&) {})}), error);
    EXPECT_THROW(made("1_a", "-- nothing yet"), error);
}

TEST_F(Behaviour, 1_12_StatusHasBatchTimeDurationAndState)
{
    here.up(known_as({a}));
    const auto rows = here.status(known_as({a, b}));
    EXPECT_EQ(rows[0].batch, 1);
    EXPECT_THAT(rows[0].applied_at, Not(IsEmpty()));
    EXPECT_GE(rows[0].took.count(), 0);
    EXPECT_EQ(rows[1].state, migration_state::pending);
}

TEST_F(Behaviour, 1_14_StatusIsAStructureAndOneMissingAndOnePendingAreNotNothing)
{
    here.up(known_as({a}));
    const auto rows = here.status(known_as({b}));
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0].state, migration_state::missing);
    EXPECT_EQ(rows[1].state, migration_state::pending);
}

TEST_F(Behaviour, 1_16_FilesThatAreNoMigrationsAreListed)
{
    const auto folder = fresh_folder();
    std::ofstream{folder / "README.md"} << "text";
    std::ofstream{folder / "1_a.sql"} << "-- migrate:up\nselect 1;\n-- migrate:down\n";
    std::filesystem::create_directory(folder / "05_dir.sql");
    const auto found = read_folder(folder, "1");
    EXPECT_THAT(found.skipped, ElementsAre("05_dir.sql", "README.md"));
    EXPECT_EQ(found.known.all().size(), 1U);
    std::filesystem::remove_all(folder);
}

TEST_F(Behaviour, 1_17_NumbersAreSortedAsNumbersAndAmbiguousOnesRefused)
{
    const auto known = known_as({made("10_x", "select 1;"), made("2_x", "select 1;")});
    EXPECT_EQ(known.all().front().name, "2_x");
    EXPECT_THROW(known_as({made("01_a", "select 1;"), made("1_b", "select 1;")}), migrate_error);
}

TEST_F(Behaviour, 1_19_DuplicatesAreRefusedBeforeTheDatabaseIsTouched)
{
    const auto failure = failure_of([&] { known_as({a, made("01_a", "create table a2 ();")}); });
    EXPECT_EQ(failure.code(), exit_code::history);
    EXPECT_TRUE(untouched());
}

TEST_F(Behaviour, 1_25_ARoleThatMayOnlyReadSeesTheStatus)
{
    here.up(known_as({a}));
    const auto role = "reader_" + db.name().substr(db.name().rfind('_') + 1);
    db.execute("create role " + role + " login; grant select on lightdash_migrations to " + role);
    auto as_reader = db.connection();
    as_reader.conninfo = secret{lightdash::testing::conninfo_with(db.conninfo(), {{"user", role}})};
    {
        migrating reader{as_reader};
        EXPECT_EQ(reader.status(known_as({a, b}))[0].state, migration_state::applied);
        EXPECT_EQ(failure_of([&] { reader.up(known_as({a, b})); }).code(), exit_code::failed);
    }
    db.execute("drop owned by " + role + "; drop role " + role);
    EXPECT_THAT(history(), ElementsAre("1_a"));
}

TEST_F(Behaviour, 1_27_EachMigrationIsToldWithItsTimeAsItHappens)
{
    std::vector<std::string> told;
    here.up(known_as({a, b}), {.on_step = [&](const progress& step) {
                told.push_back(step.name + (there(step.name.substr(2)) ? " is there" : " is not there"));
            }});
    EXPECT_THAT(told, ElementsAre("1_a is there", "2_b is there"));
}

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
        while (witness.value("select count(*) from pg_stat_activity where datname = current_database() and query like "
                             "'select pg_sleep(0.8)%'") == "0")
            std::this_thread::sleep_for(2ms);
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
    EXPECT_EQ(db.value("select (select xmin from pg_class where relname = 'a') = "
                       "(select xmin from lightdash_migrations where name = '1_a')"),
              "t");
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
        std::this_thread::sleep_for(1500ms);
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

TEST_F(Behaviour, 3_1_TheLockIsVisibleToWhoWaits)
{
    auto other = db.plain();
    other.execute("begin; select pg_advisory_xact_lock(7811888726977831283)");
    std::vector<std::string> notes;
    std::thread closer([&] {
        std::this_thread::sleep_for(400ms);
        other.execute("rollback");
    });
    EXPECT_EQ(here.up(known_as({a}), {.on_note = [&](const std::string& text) { notes.push_back(text); }}), 1U);
    closer.join();
    EXPECT_THAT(notes,
                ElementsAre(HasSubstr("Waiting for another migrator: pid " + std::to_string(other.backend_pid()))));
}

TEST_F(Behaviour, 3_3_TheWaitForTheLockHasAnEnd)
{
    auto other = db.plain();
    other.execute("begin; select pg_advisory_xact_lock(7811888726977831283)");
    EXPECT_EQ(failure_up(known_as({a}), {.lock_wait = 200ms}).code(), exit_code::locked);
    EXPECT_TRUE(untouched());
}

TEST_F(Behaviour, 3_4_TwoStepsAtOnceAreTwoSteps)
{
    const auto known = known_as({made("1_a", "select pg_sleep(0.3);"), b, c});
    std::thread other([&] {
        migrating there{db};
        migrator worker{there.database, there.clocks, known, {}};
        EXPECT_EQ(there.run(worker.up({.steps = 1}, deadline::after(20s))), 1U);
    });
    EXPECT_EQ(up(known, {.steps = 1}), 1U);
    other.join();
    EXPECT_THAT(history(), ElementsAre("1_a", "2_b"));
}

TEST_F(Behaviour, 3_6_ManyOnAnEmptyDatabaseAllSucceed)
{
    std::vector<std::thread> all;
    for (int i = 0; i < 6; ++i)
        all.emplace_back([&] {
            migrating there{db};
            EXPECT_NO_THROW(there.up(known_as({a, b, c}), {.lock = lock_kind::table}));
        });
    for (auto& one : all)
        one.join();
    EXPECT_THAT(history(), ElementsAre("1_a", "2_b", "3_c"));
}

TEST_F(Behaviour, 3_7_TheServerNoticesAMigratorThatIsGone)
{
    here.up(
        known_as({made("1_a", "create table seen as select current_setting('client_connection_check_interval', true) "
                              "as interval, current_setting('lock_timeout') as bound;")}));
    EXPECT_EQ(db.value("select bound from seen"), "5s");
    if (std::stoi(db.value("show server_version_num")) >= 140000)
        EXPECT_EQ(db.value("select interval from seen"), "500ms");
}

TEST_F(Behaviour, 3_12_ALostConnectionIsToldAsWhatItIs)
{
    std::thread killer([&] {
        auto witness = db.plain();
        while (witness.value("select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = "
                             "current_database() and query like 'select pg_sleep(20)%'") == "0")
            std::this_thread::sleep_for(5ms);
    });
    const auto failure = failure_up(known_as({made("1_a", "create table a ();\nselect pg_sleep(20);")}));
    killer.join();
    EXPECT_THAT(failure.message(), Not(HasSubstr("ROLLBACK")));
    EXPECT_FALSE(there("a"));
    EXPECT_EQ(here.up(known_as({a})), 1U); // and nothing to unlock
}

TEST_F(Behaviour, 4_1_ARenamedFileIsMissingAndForgivenByRepair)
{
    here.up(known_as({a, b}));
    const auto renamed = known_as({a, made("2_other", "create table b (x int);", "drop table b;")});
    EXPECT_EQ(here.status(renamed)[1].state, migration_state::missing);
    migrator worker{here.database, here.clocks, renamed, {}};
    const auto plan = plan_repair(renamed, here.run(worker.history(deadline::after(5s))));
    ASSERT_EQ(plan.size(), 1U);
    EXPECT_EQ(plan[0].what, repair_action::kind::follow);
    EXPECT_EQ(plan[0].new_name, "2_other");
}

TEST_F(Behaviour, 4_2_RevertingWithoutTheFileIsRefused)
{
    here.up(known_as({a, b}));
    const auto failure = failure_of([&] { down(known_as({a}), {.steps = all_of_them}); });
    EXPECT_EQ(failure.code(), exit_code::history);
    EXPECT_THAT(history(), ElementsAre("1_a", "2_b"));
}

TEST_F(Behaviour, 4_3_NothingToRevertIsNoFailure)
{
    EXPECT_EQ(here.down(known_as({a})), 0U);
}

TEST_F(Behaviour, 4_4_TheRowGoesInTheSameTransactionAsTheRevert)
{
    const auto known = known_as({a, made("2_b", "create table b ();", "drop table b;\nselect 1 / 0;")});
    here.up(known);
    failure_of([&] { here.down(known); });
    EXPECT_TRUE(there("b"));
    EXPECT_THAT(history(), ElementsAre("1_a", "2_b"));
}

TEST_F(Behaviour, 4_6_ARevertThatFailsSaysHowFarItCame)
{
    const auto known = known_as({a, made("2_b", "create table b ();", "drop table nowhere;"), c});
    here.up(known);
    EXPECT_THAT(failure_of([&] { down(known, {.steps = 3}); }).message(),
                HasSubstr("1 migration reverted before it stays reverted; 1 after it was not tried."));
    EXPECT_THAT(history(), ElementsAre("1_a", "2_b"));
}

TEST_F(Behaviour, 4_7_TheLastIsOneStepOrOneBatch)
{
    here.up(known_as({a}));
    here.up(known_as({a, b, c}));
    EXPECT_EQ(down(known_as({a, b, c}), {.batch = true}), 2U);
    EXPECT_EQ(here.up(known_as({a, b, c})), 2U);
    EXPECT_EQ(down(known_as({a, b, c}), {}), 1U);
    EXPECT_THAT(history(), ElementsAre("1_a", "2_b"));
}

TEST_F(Behaviour, 4_8_AllAreRevertedInTheReverseOrderOfApplication)
{
    here.up(known_as({a, b, c}));
    db.execute("update lightdash_migrations set id = default where name = '1_a'"); // applied last, for once
    std::vector<std::string> order;
    const auto known = known_as({a, b, c});
    migrator teller{
        here.database, here.clocks, known, {.on_step = [&](const progress& step) { order.push_back(step.name); }}};
    EXPECT_EQ(here.run(teller.down(all_of_them, deadline::after(20s))), 3U);
    EXPECT_THAT(order, ElementsAre("1_a", "3_c", "2_b"));
}

TEST_F(Behaviour, 4_11_NumbersNamesAndBothAreUnderstoodInBothDirections)
{
    const auto known = known_as({a, b, c});
    EXPECT_EQ(up(known, {.to = known.resolve("2").name}), 2U);
    EXPECT_EQ(up(known, {.to = known.resolve("c").name}), 1U);
    EXPECT_EQ(down(known, {.to = known.resolve("1_a").name}), 2U);
    EXPECT_THAT(history(), ElementsAre("1_a"));
    EXPECT_THROW(known.resolve("7"), error);
}

} // namespace
} // namespace lightdash::migrate
