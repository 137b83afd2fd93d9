// The commands about migrations as a person, a script or many deployers call them. "Behaviour" continues
// integration/migrate/behaviour_test.cpp.
#include "integration/app/live_server.hpp"
#include "support/test_database.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <future>
#include <optional>

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
using ::testing::Not;
using testing::run_backend;
using testing::test_database;

// SQL files of a test, removed with it.
class sql_folder {
public:
    sql_folder()
    {
        std::string name = std::filesystem::temp_directory_path() / "lightdash_sql_XXXXXX";
        path_ = ::mkdtemp(name.data());
    }
    sql_folder(const sql_folder&) = delete;
    sql_folder& operator=(const sql_folder&) = delete;
    ~sql_folder() { std::filesystem::remove_all(path_); }

    void write(const std::string& name, const std::string& text) const { std::ofstream{path_ / name} << text; }
    void migration(const std::string& name, const std::string& up, const std::string& down = "select 1;",
                   const std::string& option = "") const
    {
        write(name + ".sql", "-- migrate:up" + option + "\n" + up + "\n-- migrate:down\n" + down + "\n");
    }
    std::string path() const { return path_; }

private:
    std::filesystem::path path_;
};

class MigrateCommands : public ::testing::Test {
protected:
    backend_result run(std::vector<std::string> arguments, std::map<std::string, std::string> more = {}) const
    {
        more["DATABASE_URL"] = db.conninfo();
        return run_backend(std::move(arguments), std::move(more));
    }
    backend_result run_in(std::vector<std::string> arguments) const
    {
        arguments.insert(arguments.end(), {"--dir", folder.path()});
        return run(std::move(arguments));
    }
    bool untouched() const
    {
        return db.value("select count(*) from pg_class where relnamespace = 'public'::regnamespace") == "0";
    }
    bool sleeping(const std::string& query) const
    {
        return db.value("select count(*) from pg_stat_activity where state = 'active' and query like '" + query +
                        "%'") != "0";
    }

    const sql_folder folder;
    const test_database db = test_database::empty();
};
using Behaviour = MigrateCommands;

TEST_F(MigrateCommands, TenAtOnceOnAnEmptyDatabaseAllSucceedAndOneBatchIsApplied)
{
    std::vector<std::future<backend_result>> all;
    for (int i = 0; i < 10; ++i)
        all.push_back(std::async(std::launch::async, [this] { return run({"migrate"}); }));
    for (auto& one : all) {
        const auto done = one.get();
        EXPECT_EQ(done.exit_code, 0) << done.err;
    }
    EXPECT_EQ(db.value("select count(*) || ' ' || count(distinct batch) from lightdash_migrations"), "9 1");
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
    migrating.signal(SIGINT);
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
    for (const auto* command : {"rollback-last", "rollback-all"}) {
        const auto refused = run({command}, production);
        EXPECT_EQ(refused.exit_code, 2);
        EXPECT_THAT(refused.err, HasSubstr("--yes"));
    }
    EXPECT_EQ(db.value("select count(*) from lightdash_migrations"), "9");
    EXPECT_EQ(run({"rollback-last", "--yes"}, production).exit_code, 0);
    EXPECT_EQ(run({"rollback-all", "--yes"}, production).exit_code, 0);
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
    EXPECT_EQ(db.value("select count(*) from lightdash_migrations"), "9");
}

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

class ServeMigrates : public ::testing::Test {
protected:
    testing::private_cluster cluster;
};

TEST_F(ServeMigrates, FiveReplicasThatStartAtOnceAllEndUpServing)
{
    std::vector<backend_process> replicas;
    for (int i = 0; i < 5; ++i)
        replicas.emplace_back(std::vector<std::string>{"serve", "--migrate", "--port", "0"},
                              std::map<std::string, std::string>{{"DATABASE_URL", cluster.conninfo()},
                                                                 {"LIGHTDASH_PROMETHEUS_PORT", "0"}});
    for (auto& one : replicas)
        one.wait_for_line("Serving on", 30s);
    auto db = cluster.plain();
    EXPECT_TRUE(eventually(30s, [&] {
        return !db.value("select to_regclass('lightdash_migrations')").empty() &&
               db.value("select count(*) from lightdash_migrations") == "9";
    }));
    EXPECT_EQ(db.value("select count(distinct batch) from lightdash_migrations"), "1");
    for (auto& one : replicas)
        EXPECT_TRUE(one.running());
    for (auto& one : replicas)
        EXPECT_EQ(one.stop(10s), 0);
}

TEST_F(ServeMigrates, ServerIsNotReadyWhileAnotherMigrates)
{
    auto other = cluster.plain();
    other.execute("begin; select pg_advisory_xact_lock(7811888726977831283)");
    const auto port = testing::free_port();
    backend_process server{{"serve", "--migrate", "--port", std::to_string(port)},
                           {{"DATABASE_URL", cluster.conninfo()}, {"LIGHTDASH_PROMETHEUS_PORT", "0"}}};
    server.wait_for_line("Waiting for another migrator");
    EXPECT_TRUE(eventually(5s, [&] {
        return testing::http_get(port, "/api/v1/readyz").body == R"({"status":"not_ready","reason":"schema_pending"})";
    }));
    EXPECT_EQ(testing::http_get(port, "/api/v1/readyz").status, 503);
    other.execute("rollback");
    EXPECT_TRUE(eventually(20s, [&] { return testing::http_get(port, "/api/v1/readyz").status == 200; }));
    EXPECT_EQ(server.stop(10s), 0);
}

TEST_F(ServeMigrates, WritesAreRefusedOnAnOlderSchemaWithTheMissingMigrationAndReadsGoOn)
{
    testing::demo_cluster demo;
    ASSERT_EQ(run_backend({"rollback-last"}, {{"DATABASE_URL", demo.postgres().conninfo()}}).exit_code, 0);
    const auto port = testing::free_port();
    backend_process server{{"serve", "--port", std::to_string(port)},
                           {{"DATABASE_URL", demo.postgres().conninfo()}, {"LIGHTDASH_PROMETHEUS_PORT", "0"}}};
    ASSERT_TRUE(eventually(20s, [&] {
        try {
            return testing::http_get(port, "/api/v1/readyz").body.find("schema_pending") != std::string::npos;
        } catch (const std::exception&) {
            return false;
        }
    }));
    EXPECT_EQ(testing::http_get(port, demo.targets()[1], demo.as_admin()).status, 200);
    testing::http_client client{port};
    auto headers = demo.as_admin();
    headers.emplace_back("Content-Type", "application/json");
    const auto refused = client.request("PATCH", demo.targets()[1], headers, R"({"name":"Renamed"})");
    EXPECT_EQ(refused.status, 503);
    EXPECT_THAT(refused.body, HasSubstr("009_notify_access_changes"));
    EXPECT_EQ(run_backend({"migrate"}, {{"DATABASE_URL", demo.postgres().conninfo()}}).exit_code, 0);
    EXPECT_TRUE(eventually(5s, [&] { return testing::http_get(port, "/api/v1/readyz").status == 200; }));
    EXPECT_EQ(client.request("PATCH", demo.targets()[1], headers, R"({"name":"Renamed"})").status, 200);

    // A newer schema than this program's is fine.
    demo.postgres().plain().execute(
        "insert into lightdash_migrations (name, batch, checksum, duration_ms, version) values "
        "('999_newer', 9, 'x', 0, '9')");
    auto second = demo.serve({"--migrate"});
    EXPECT_EQ(second.stop(10s), 0);
    EXPECT_EQ(server.stop(10s), 0);
}

} // namespace
} // namespace lightdash
