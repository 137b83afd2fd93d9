// The commands about migrations as a person, a script or many deployers call them.
#include "integration/app/migrate_commands.hpp"

#include "support/shipped_migrations.hpp"
#include <boost/json/parse.hpp>
#include <gmock/gmock.h>

#include <csignal>
#include <future>

namespace lightdash {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using testing::backend_process;
using testing::backend_result;
using testing::eventually;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using testing::run_backend;

using MigrateCommands = testing::migrate_commands;

TEST_F(MigrateCommands, TenAtOnceOnAnEmptyDatabaseAllSucceedAndOneBatchIsApplied)
{
    std::vector<std::future<backend_result>> all;
    for (int i = 0; i < 10; ++i)
        all.push_back(std::async(std::launch::async, [this] { return run({"migrate"}); }));
    for (auto& one : all) {
        const auto done = one.get();
        EXPECT_EQ(done.exit_code, 0) << done.err;
    }
    EXPECT_EQ(db.value("select count(*) || ' ' || count(distinct batch) from lightdash_migrations"),
              testing::shipped_migration_count() + " 1");
}

TEST_F(MigrateCommands, ASignalCancelsRollsBackAndSaysSo)
{
    folder.migration("1_a", "create table a ();");
    folder.migration("2_b", "create table b ();\nselect pg_sleep(32);");
    for (const int number : {SIGINT, SIGTERM}) {
        backend_process migrating{{"migrate", "--dir", folder.path()}, {{"DATABASE_URL", db.conninfo()}}};
        ASSERT_TRUE(eventually(10s, [&] { return sleeping("select pg_sleep(32)"); }));
        migrating.signal(number);
        EXPECT_EQ(migrating.wait(5s), 130);
        EXPECT_THAT(migrating.err(), AllOf(HasSubstr("Interrupted: cancelling"), HasSubstr("2_b is rolled back"),
                                           HasSubstr("Rolled back.\n")));
        EXPECT_FALSE(sleeping("select pg_sleep(32)"));
        EXPECT_EQ(db.value("select to_regclass('a') is not null and to_regclass('b') is null"), "t");
    }
    folder.migration("2_b", "create table b ();");
    EXPECT_EQ(run_in({"migrate"}).exit_code, 0);
}

TEST_F(MigrateCommands, ASignalWhileItWaitsForATableEndsItAtOnce)
{
    db.execute("create table a (b int)");
    folder.migration("1_a", "alter table a add c int;");
    auto reader = db.plain();
    reader.execute("begin; select * from a");
    for (const int number : {SIGINT, SIGTERM, SIGINT}) {
        backend_process migrating{{"migrate", "--dir", folder.path()}, {{"DATABASE_URL", db.conninfo()}}};
        migrating.wait_for_line("waits (");
        migrating.signal(number);
        EXPECT_EQ(migrating.wait(2s), 130) << migrating.err();
        EXPECT_THAT(migrating.err(), AllOf(HasSubstr("1_a is rolled back"), HasSubstr("Rolled back.\n")));
    }
    reader.execute("rollback");
    EXPECT_EQ(run_in({"migrate"}).exit_code, 0);
}

// As timeout(1) does.
TEST_F(MigrateCommands, ASignalThatComesTwiceCancelsInOrder)
{
    folder.migration("1_a", "create table a (); select pg_sleep(35);");
    for (const int number : {SIGTERM, SIGHUP}) {
        backend_process migrating{{"migrate", "--dir", folder.path()}, {{"DATABASE_URL", db.conninfo()}}};
        ASSERT_TRUE(eventually(10s, [&] { return sleeping("select pg_sleep(35)"); }));
        migrating.signal(number);
        migrating.signal(number);
        EXPECT_EQ(migrating.wait(5s), 130);
        EXPECT_THAT(migrating.err(), HasSubstr("Rolled back."));
        EXPECT_FALSE(sleeping("select pg_sleep(35)"));
    }
}

TEST_F(MigrateCommands, ASecondSignalDoesNotWait)
{
    testing::private_cluster cluster;
    folder.migration("1_a", "select pg_sleep(33);");
    backend_process migrating{{"migrate", "--dir", folder.path()}, {{"DATABASE_URL", cluster.conninfo()}}};
    ASSERT_TRUE(eventually(10s, [&] {
        return cluster.plain().value("select count(*) from pg_stat_activity where query like 'select pg_sleep(33)%'") !=
               "0";
    }));
    cluster.freeze(); // so that the cancel takes its time
    migrating.signal(SIGINT);
    migrating.wait_for_line("Interrupted");
    EXPECT_TRUE(eventually(2s, [&] { // again and again, as an impatient person does
        migrating.signal(SIGINT);
        return !migrating.running();
    }));
    EXPECT_EQ(migrating.wait(1s), 130);
    cluster.thaw();
}

TEST_F(MigrateCommands, AKilledMigratorsStatementEndsAndTheNextRunSucceeds)
{
    folder.migration("1_a", "create table a ();\nselect pg_sleep(34);");
    backend_process migrating{{"migrate", "--dir", folder.path()}, {{"DATABASE_URL", db.conninfo()}}};
    ASSERT_TRUE(eventually(10s, [&] { return sleeping("select pg_sleep(34)"); }));
    migrating.signal(SIGKILL);
    migrating.wait(5s);
    EXPECT_TRUE(eventually(2s, [&] { return !sleeping("select pg_sleep(34)"); }));
    folder.migration("1_a", "create table a ();");
    EXPECT_EQ(run_in({"migrate"}).exit_code, 0);
}

TEST_F(MigrateCommands, AConcurrentIndexThatWasKilledIsNamedAndFinished)
{
    folder.migration("1_a", "create table a (b int);\ninsert into a select generate_series(1, 1000);");
    folder.migration("2_b", "create index concurrently a_b on a (b);", "drop index concurrently a_b;",
                     " transaction:off");
    ASSERT_EQ(run_in({"migrate", "--to", "1"}).exit_code, 0);
    auto reader = db.plain(); // keeps the build waiting
    reader.execute("begin isolation level repeatable read; select count(*) from a");
    backend_process migrating{{"migrate", "--dir", folder.path()}, {{"DATABASE_URL", db.conninfo()}}};
    ASSERT_TRUE(eventually(10s, [&] {
        return db.value("select count(*) from pg_index where not indisvalid") == "1" &&
               sleeping("create index concurrently");
    }));
    migrating.signal(SIGKILL);
    migrating.wait(5s);

    const auto status = run_in({"migrate:status", "--check"});
    EXPECT_EQ(status.exit_code, 9) << status.err;
    EXPECT_THAT(status.out, AllOf(HasSubstr("interrupted"), HasSubstr("the invalid index public.a_b")));
    EXPECT_EQ(run_in({"rollback-last"}).exit_code, 9);
    reader.execute("rollback");
    const auto again = run_in({"migrate"});
    EXPECT_EQ(again.exit_code, 0) << again.err;
    EXPECT_EQ(db.value("select indisvalid from pg_index where indexrelid = 'a_b'::regclass"), "t");
    EXPECT_EQ(run_in({"migrate:status", "--check"}).exit_code, 0);
}

TEST_F(MigrateCommands, BadInputIsOneSentenceAndAnExitCodeAndChangesNothing)
{
    const auto expect = [&](int code, const std::string& sentence) {
        const auto done = run_in({"migrate"});
        EXPECT_EQ(done.exit_code, code) << done.err;
        EXPECT_THAT(done.err, HasSubstr(sentence));
        EXPECT_THAT(done.out, IsEmpty());
        EXPECT_TRUE(untouched());
    };
    const auto nowhere = run({"migrate", "--dir", folder.path() + "/nowhere"});
    EXPECT_EQ(nowhere.exit_code, 2);
    EXPECT_THAT(nowhere.err, HasSubstr("/nowhere cannot be read: No such file or directory."));

    folder.write("1_a.sql", "");
    expect(2, "1_a.sql is empty");
    folder.write("1_a.sql", "-- migrate:up\ncreate table a ();\n");
    expect(2, "1_a.sql:2: there is no line \"-- migrate:down\"");
    folder.migration("1_a", "create table a ();");
    folder.migration("01_b", "create table b ();");
    expect(5, "Two migrations have the number 1: \"01_b\" and \"1_a\"");
    std::filesystem::remove(folder.path() + "/01_b.sql");
    folder.migration("1_a", "create table a (\n  b int,\n  c intt\n);");
    expect(3, "type \"intt\" does not exist (SQLSTATE 42704)");
    EXPECT_THAT(run_in({"migrate"}).err, MatchesRegex("(.|\n)*/1_a\\.sql:4:   c intt\n *\\^\n(.|\n)*"));
}

TEST_F(MigrateCommands, ADatabaseThatIsNotThereAndMissingRightsAreSaidInOneSentence)
{
    const auto absent = run_backend(
        {"migrate"}, {{"DATABASE_URL", testing::conninfo_with(db.conninfo(), {{"dbname", "nowhere_at_all"}})}});
    EXPECT_EQ(absent.exit_code, 7) << absent.err;
    EXPECT_THAT(absent.err, HasSubstr("nowhere_at_all"));

    const auto role = "nobody_" + db.name().substr(db.name().rfind('_') + 1);
    db.execute("create role " + role + " login");
    folder.migration("1_a", "create table a ();");
    const auto refused = run_backend({"migrate", "--dir", folder.path()},
                                     {{"DATABASE_URL", testing::conninfo_with(db.conninfo(), {{"user", role}})}});
    EXPECT_EQ(refused.exit_code, 3) << refused.err;
    EXPECT_THAT(refused.err, HasSubstr("permission denied for schema public (SQLSTATE 42501)"));
    EXPECT_TRUE(untouched());
    db.execute("drop role " + role);
}

TEST_F(MigrateCommands, PrintShowsTheSqlAndRunsNothing)
{
    folder.migration("1_a", "create table a ();");
    folder.migration("2_b", "vacuum;", "", " transaction:off");
    const auto done = run_in({"migrate", "--print"});
    EXPECT_EQ(done.exit_code, 0) << done.err;
    EXPECT_THAT(done.out, AllOf(HasSubstr("BEGIN;\ncreate table a ();\nCOMMIT;\n"),
                                HasSubstr("-- outside of a transaction\nvacuum;\n")));
    EXPECT_TRUE(untouched());
}

TEST_F(MigrateCommands, PrintAsJsonIsJson)
{
    folder.migration("1_a", "create table a ();\ncreate table b ();");
    folder.migration("2_b", "vacuum;", "", " transaction:off");
    const auto done = run_in({"migrate", "--print", "--json"});
    EXPECT_EQ(done.exit_code, 0) << done.err;
    const auto all = boost::json::parse(done.out).as_array();
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].at("name").as_string(), "1_a");
    EXPECT_EQ(all[0].at("statements").at(1).as_string(), "create table b ()");
    EXPECT_TRUE(all[0].at("transaction").as_bool());
    EXPECT_FALSE(all[1].at("transaction").as_bool());
    EXPECT_TRUE(untouched());
    ASSERT_EQ(run_in({"migrate"}).exit_code, 0);
    EXPECT_EQ(run_in({"migrate", "--print", "--json"}).out, "[]\n");
}

TEST_F(MigrateCommands, ToAMigrationThatIsAppliedSaysWhatIsPendingBehindIt)
{
    for (const auto* name : {"1_a", "2_b", "3_c"})
        folder.migration(name, "select 1;");
    ASSERT_EQ(run_in({"migrate", "--to", "1"}).exit_code, 0);
    EXPECT_EQ(run_in({"migrate", "--to", "1"}).err,
              "Nothing to do: every migration up to 1_a is applied; 2 later ones are pending.\n");
    ASSERT_EQ(run_in({"migrate"}).exit_code, 0);
    EXPECT_EQ(run_in({"migrate", "--to", "1"}).err, "Nothing to do: every migration is applied.\n");
}

TEST_F(MigrateCommands, StatusCheckTellsAMissingNewestFileAndOneOutOfOrder)
{
    for (const auto* name : {"1_a", "3_c"})
        folder.migration(name, "select 1;");
    ASSERT_EQ(run_in({"migrate"}).exit_code, 0);
    std::filesystem::remove(folder.path() + "/3_c.sql");
    const auto missing = run_in({"migrate:status", "--check"});
    EXPECT_EQ(missing.exit_code, 5);
    EXPECT_THAT(missing.out, HasSubstr("3_c   missing"));
    folder.migration("3_c", "select 1;");
    folder.migration("2_b", "select 1;");
    const auto behind = run_in({"migrate:status", "--check"});
    EXPECT_EQ(behind.exit_code, 5);
    EXPECT_THAT(behind.out, AllOf(HasSubstr("2_b   out-of-order"), HasSubstr("give it a number after it")));
    EXPECT_EQ(boost::json::parse(run_in({"migrate:status", "--json"}).out).at(1).at("state").as_string(),
              "out-of-order");
}

TEST_F(MigrateCommands, OfANewerProgramNothingIsRevertedOrForgotten)
{
    folder.migration("1_a", "select 1;");
    ASSERT_EQ(run_in({"migrate"}).exit_code, 0);
    db.execute("insert into lightdash_migrations (name, batch, checksum, duration_ms, version) values "
               "('2_newer', 2, 'x', 0, '99.0.0'), ('0_between', 2, 'x', 0, '99.0.0')");
    EXPECT_EQ(run_in({"migrate"}).exit_code, 0);
    EXPECT_EQ(run_in({"migrate:status", "--check"}).exit_code, 0);
    for (const auto* command : {"rollback-last", "rollback-all"}) {
        const auto refused = run_in({command});
        EXPECT_EQ(refused.exit_code, 5);
        EXPECT_THAT(refused.err,
                    AllOf(HasSubstr("the newer program 99.0.0: use that program"), Not(HasSubstr("migrate:repair"))));
    }
    EXPECT_THAT(run_in({"migrate:repair", "--yes"}).err, HasSubstr("Nothing to repair"));
    EXPECT_EQ(db.value("select count(*) from lightdash_migrations"), "3");
}

TEST_F(MigrateCommands, RehearseReportsLocksAndChangesNothing)
{
    ASSERT_EQ(run({"migrate", "--to", "001"}).exit_code, 0);
    const auto done = run({"migrate", "--rehearse"});
    EXPECT_EQ(done.exit_code, 0) << done.err;
    EXPECT_THAT(done.out, AllOf(HasSubstr("002_create_users_table"), HasSubstr(" ms  "),
                                HasSubstr(" on public.organizations: 0 sessions waited")));
    EXPECT_EQ(db.value("select count(*) from lightdash_migrations"), "1");
    const auto json = boost::json::parse(run({"migrate", "--rehearse", "--json"}).out);
    EXPECT_GT(json.at("statements").as_array().size(), 8U);
}

TEST_F(MigrateCommands, RollbackInProductionWantsToBeToldTwice)
{
    const std::map<std::string, std::string> production{{"LIGHTDASH_ENV", "production"},
                                                        {"LIGHTDASH_SECRET", "a long random text"}};
    ASSERT_EQ(run({"migrate"}).exit_code, 0);
    const auto refused = run({"rollback-last"}, production);
    EXPECT_EQ(refused.exit_code, 2);
    EXPECT_THAT(refused.err, HasSubstr("--yes"));
    EXPECT_THAT(run({"rollback-all"}, production).err, HasSubstr("--confirm=" + db.name()));
    EXPECT_EQ(db.value("select count(*) from lightdash_migrations"), testing::shipped_migration_count());
    EXPECT_EQ(run({"rollback-last", "--yes"}, production).exit_code, 0);
    EXPECT_EQ(run({"rollback-all", "--confirm", db.name()}, production).exit_code, 0);
    EXPECT_EQ(db.value("select count(*) from lightdash_migrations"), "0");
}

TEST_F(MigrateCommands, RepairShowsWhatItWouldDoAndWantsAYes)
{
    folder.migration("1_a", "create table a ();");
    ASSERT_EQ(run_in({"migrate"}).exit_code, 0);
    folder.migration("1_a", "create table a (edited int);");
    EXPECT_EQ(run_in({"migrate"}).exit_code, 5);
    EXPECT_EQ(run_in({"migrate:status", "--check"}).exit_code, 5);
    const auto asked = run_in({"migrate:repair"});
    EXPECT_EQ(asked.exit_code, 2) << asked.err;
    EXPECT_EQ(asked.out, "1_a: accept the edited file (what it did before stays as it is)\n");
    EXPECT_EQ(run_in({"migrate"}).exit_code, 5);
    EXPECT_EQ(run_in({"migrate:repair", "--yes"}).exit_code, 0);
    EXPECT_EQ(run_in({"migrate"}).exit_code, 0);
}

TEST_F(MigrateCommands, WhatTheyPrintIsToBeHadAsJson)
{
    const auto json = [&](std::vector<std::string> arguments) {
        arguments.emplace_back("--json");
        const auto done = run_in(std::move(arguments));
        return boost::json::parse(done.out);
    };
    folder.migration("1_a", "create table a ();", "drop table a;");
    folder.migration("2_b", "create table b ();", "drop table b;");
    EXPECT_EQ(json({"migrate"}).as_array().size(), 2U);
    EXPECT_EQ(json({"migrate"}), boost::json::array{});
    EXPECT_EQ(json({"rollback-last"}).at(0).at("name").as_string(), "2_b");
    EXPECT_EQ(json({"migrate:baseline"}), (boost::json::array{"2_b"}));
    db.execute("create table b ()"); // baseline ran nothing
    EXPECT_EQ(json({"rollback-last"}).at(0).at("up").as_bool(), false);
    folder.migration("1_a", "create table a (edited int);", "drop table a;");
    EXPECT_EQ(json({"migrate:repair", "--yes"}),
              boost::json::parse(R"([{"action":"accept","name":"1_a","newName":""}])"));
    auto other = db.plain();
    other.execute("begin; select pg_advisory_xact_lock(7811888726977831283)");
    EXPECT_EQ(json({"migrate:unlock"}).at(0).at("pid").as_int64(), other.backend_pid());
}

TEST_F(MigrateCommands, BaselineRecordsAndRunsNothing)
{
    folder.migration("1_a", "create table a ();");
    folder.migration("2_b", "create table b ();");
    EXPECT_EQ(run_in({"migrate:baseline", "--to", "1"}).exit_code, 0);
    const auto done = run_in({"migrate"});
    EXPECT_THAT(done.err, HasSubstr("1 migration applied."));
    EXPECT_EQ(db.value("select to_regclass('a') is null and to_regclass('b') is not null"), "t");
}

TEST_F(MigrateCommands, TheLockAsATableRowWorksForManyToo)
{
    std::vector<std::future<backend_result>> all;
    for (int i = 0; i < 4; ++i)
        all.push_back(std::async(std::launch::async, [this] { return run({"migrate", "--lock", "table"}); }));
    for (auto& one : all)
        EXPECT_EQ(one.get().exit_code, 0);
    EXPECT_EQ(db.value("select count(*) from lightdash_migrations"), testing::shipped_migration_count());
}

} // namespace
} // namespace lightdash
