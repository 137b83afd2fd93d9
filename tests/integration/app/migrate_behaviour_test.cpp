// Continues integration/migrate/behaviour_*_test.cpp with the rows that need the whole program.
#include "integration/app/migrate_commands.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>

#include <csignal>
#include <filesystem>

namespace lightdash {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using testing::backend_process;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::Not;

using Behaviour = testing::migrate_commands;

TEST_F(Behaviour, 1_5_CreateMigrationPrintsThePathAlone)
{
    const auto done = run_in({"create-migration", "Add users", "--sql"});
    EXPECT_EQ(done.exit_code, 0) << done.err;
    EXPECT_EQ(done.out, folder.path() + "/001_add_users.sql\n");
    EXPECT_TRUE(std::filesystem::exists(folder.path() + "/001_add_users.sql"));
    EXPECT_THAT(run_in({"create-migration", "Add tiles", "--timestamp"}).out,
                MatchesRegex(".*/20[0-9]{12}_add_tiles\\.cpp\n"));
}

TEST_F(Behaviour, 1_8_CreateMigrationWithoutANameIsAUsageError)
{
    EXPECT_EQ(run_in({"create-migration"}).exit_code, 2);
    EXPECT_EQ(run_in({"create-migration", "../x"}).exit_code, 2);
}

TEST_F(Behaviour, 1_13_CheckHasAnExitCodeOfItsOwnForPendingWork)
{
    EXPECT_EQ(run({"migrate:status"}).exit_code, 0);
    EXPECT_EQ(run({"migrate:status", "--check"}).exit_code, 8);
    EXPECT_TRUE(untouched());
}

TEST_F(Behaviour, 1_20_TheFolderOfANewMigrationIsSaid)
{
    const testing::sql_folder second;
    EXPECT_EQ(run({"create-migration", "x", "--sql", "--dir", second.path()}).out, second.path() + "/001_x.sql\n");
    EXPECT_FALSE(std::filesystem::exists(folder.path() + "/001_x.sql"));
}

TEST_F(Behaviour, 1_28_DataGoesToStdoutAndEverythingElseToStderr)
{
    folder.migration("1_a", "create table a ();");
    const auto done = run_in({"migrate", "--json"});
    EXPECT_EQ(boost::json::parse(done.out).at(0).at("name").as_string(), "1_a");
    EXPECT_THAT(done.err, HasSubstr("applied  1_a"));
    folder.migration("2_b", "nonsense;");
    const auto failed = run_in({"migrate"});
    EXPECT_THAT(failed.out, IsEmpty());
    EXPECT_THAT(failed.err, Not(HasSubstr(".cpp:"))); // no stack
}

TEST_F(Behaviour, 2_16_AFaultInAnyFileIsFoundBeforeOneRuns)
{
    folder.migration("1_a", "create table a ();");
    folder.migration("2_b", "select 'not closed;");
    EXPECT_EQ(run_in({"migrate"}).exit_code, 2);
    EXPECT_TRUE(untouched());
}

TEST_F(Behaviour, 3_9_ASignalLeavesNothingLocked)
{
    folder.migration("1_a", "create table a ();\nselect pg_sleep(35);");
    backend_process migrating{{"migrate", "--dir", folder.path()}, {{"DATABASE_URL", db.conninfo()}}};
    ASSERT_TRUE(testing::eventually(10s, [&] { return sleeping("select pg_sleep(35)"); }));
    migrating.signal(SIGTERM);
    EXPECT_EQ(migrating.wait(5s), 130);
    EXPECT_THAT(run({"migrate:unlock"}).out, HasSubstr("There is nothing to unlock"));
    EXPECT_TRUE(untouched());
    folder.migration("1_a", "create table a ();");
    EXPECT_EQ(run_in({"migrate"}).exit_code, 0);
}

TEST_F(Behaviour, 3_13_UnlockExplainsAndNamesTheHolder)
{
    EXPECT_THAT(run({"migrate:unlock"}).out, HasSubstr("There is nothing to unlock"));
    auto other = db.plain();
    other.execute("begin; select pg_advisory_xact_lock(7811888726977831283)");
    EXPECT_THAT(run({"migrate:unlock"}).out, HasSubstr("pid " + std::to_string(other.backend_pid())));
}

TEST_F(Behaviour, 5_9_AFolderThatDoesNotExistIsRefused)
{
    EXPECT_EQ(run({"migrate", "--dir", "/nowhere"}).exit_code, 2);
    EXPECT_TRUE(untouched());
}

TEST_F(Behaviour, 5_10_AnUnknownEnvironmentIsRefusedByName)
{
    const auto done = run({"migrate"}, {{"LIGHTDASH_ENV", "prod"}});
    EXPECT_EQ(done.exit_code, 2);
    EXPECT_THAT(done.err, HasSubstr("prod"));
    EXPECT_TRUE(untouched());
}

TEST_F(Behaviour, 5_12_WaitWaitsForTheDatabase)
{
    testing::private_cluster cluster;
    cluster.stop();
    backend_process waiting{{"migrate", "--wait=30s"}, {{"DATABASE_URL", cluster.conninfo()}}};
    std::this_thread::sleep_for(300ms);
    EXPECT_TRUE(waiting.running());
    cluster.start();
    EXPECT_EQ(waiting.wait(20s), 0) << waiting.err();
}

TEST_F(Behaviour, 5_13_WhatNobodyKnowsIsAUsageError)
{
    EXPECT_EQ(run({"migrate:nothing"}).exit_code, 2);
    EXPECT_EQ(run({"migrate", "--nothing"}).exit_code, 2);
    EXPECT_EQ(run({"migrate", "--to", "777"}).exit_code, 2);
    EXPECT_EQ(run({"migrate", "--wait=soon"}).exit_code, 2);
}

TEST_F(Behaviour, 5_16_SeedsOfAFolderRunInATransactionEachByNumber)
{
    db.execute("create table t (a int primary key)");
    folder.write("10_b.sql", "insert into t values (2);\ninsert into nowhere values (1);");
    folder.write("2_a.sql", "insert into t values (1) on conflict do nothing;");
    const auto done = run_in({"seed"});
    EXPECT_EQ(done.exit_code, 3);
    EXPECT_THAT(done.err, AllOf(HasSubstr("seeded 2_a (1 rows"), HasSubstr("10_b.sql:2: insert into nowhere")));
    EXPECT_EQ(db.value("select string_agg(a::text, ' ') from t"), "1");
}

TEST_F(Behaviour, 5_19_SeedsAreAllReadBeforeTheFirstRuns)
{
    db.execute("create table t (a int primary key)");
    folder.write("1_a.sql", "insert into t values (1);");
    folder.write("2_b.sql", "-- nothing");
    EXPECT_EQ(run_in({"seed"}).exit_code, 2);
    EXPECT_EQ(db.value("select count(*) from t"), "0");
}

TEST_F(Behaviour, 5_20_AMissingFolderIsAFailureAndAnEmptyOneIsNot)
{
    EXPECT_EQ(run({"seed", "--dir", folder.path() + "/nowhere"}).exit_code, 2);
    EXPECT_EQ(run_in({"seed"}).exit_code, 0);
}

TEST_F(Behaviour, 5_21_SeedMakeNeverWritesOverAFile)
{
    const auto first = run_in({"seed:make", "more charts"});
    EXPECT_EQ(first.exit_code, 0) << first.err;
    EXPECT_EQ(first.out, folder.path() + "/001_more_charts.sql\n");
    EXPECT_EQ(run_in({"seed:make", "more charts"}).exit_code, 2);
}

} // namespace
} // namespace lightdash
