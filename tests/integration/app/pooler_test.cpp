// The program behind a real PgBouncer in transaction mode, where no session belongs to anybody.
#include "integration/app/live_server.hpp"
#include "support/pgbouncer.hpp"
#include "support/shipped_migrations.hpp"
#include "support/sql_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <optional>

namespace lightdash {
namespace {

using namespace std::chrono_literals;
using testing::backend_process;
using testing::backend_result;
using testing::eventually;
using ::testing::HasSubstr;
using testing::run_backend;

class Pooler : public ::testing::Test {
protected:
    static void SetUpTestSuite()
    {
        cluster.emplace();
        pooler.emplace(*cluster);
    }
    static void TearDownTestSuite()
    {
        pooler.reset();
        cluster.reset();
    }
    Pooler() { cluster->plain().execute("create database " + database); }

    std::map<std::string, std::string> environment(const testing::pgbouncer& through = *pooler) const
    {
        return {{"DATABASE_URL", through.conninfo(database)}, {"LIGHTDASH_POOLER", "transaction"}};
    }
    backend_result run(std::vector<std::string> arguments) const
    {
        return run_backend(std::move(arguments), environment());
    }
    backend_result run_in(const testing::sql_folder& folder, std::vector<std::string> arguments) const
    {
        arguments.insert(arguments.end(), {"--dir", folder.path(), "--lock", "table"});
        return run(std::move(arguments));
    }
    // Past the pooler.
    testing::plain_connection plain() const { return cluster->plain(database); }
    std::string value(const std::string& sql) const { return plain().value(sql); }

    static inline std::optional<testing::private_cluster> cluster;
    static inline std::optional<testing::pgbouncer> pooler;
    static inline int count = 0;
    const std::string database = "test_" + std::to_string(++count);
};

TEST_F(Pooler, ManyMigrateAtOnceUnderTheLockOfATableAndRollBack)
{
    std::vector<std::future<backend_result>> all;
    for (int i = 0; i < 4; ++i)
        all.push_back(std::async(std::launch::async, [this] { return run({"migrate", "--lock=table"}); }));
    for (auto& one : all) {
        const auto done = one.get();
        EXPECT_EQ(done.exit_code, 0) << done.err;
    }
    EXPECT_EQ(value("select count(*) || ' ' || count(distinct batch) from lightdash_migrations"),
              testing::shipped_migration_count() + " 1");
    EXPECT_EQ(run({"migrate:status", "--check"}).exit_code, 0);
    EXPECT_EQ(run({"rollback-last", "--lock=table"}).exit_code, 0);
    EXPECT_EQ(run({"migrate:status", "--check"}).exit_code, 8);
    const auto back = run({"rollback-all", "--lock=table", "--confirm=" + value("select current_database()")});
    EXPECT_EQ(back.exit_code, 0) << back.err;
    EXPECT_EQ(value("select count(*) from lightdash_migrations"), "0");
}

TEST_F(Pooler, TheAdvisoryLockHoldsTooBecauseItEndsWithItsTransaction)
{
    auto other = plain();
    other.execute("begin; select pg_advisory_xact_lock(7811888726977831283)");
    backend_process migrating{{"migrate"}, environment()};
    migrating.wait_for_line("Waiting for another migrator: pid " + std::to_string(other.backend_pid()));
    other.execute("rollback");
    EXPECT_EQ(migrating.wait(30s), 0) << migrating.err();
}

TEST_F(Pooler, AConcurrentIndexIsBuiltAndFinishedAfterAKill)
{
    const testing::sql_folder folder;
    folder.migration("1_a", "create table a (b int);\ninsert into a select generate_series(1, 1000);", "drop table a;");
    folder.migration("2_b", "create index concurrently a_b on a (b);", "drop index concurrently a_b;",
                     " transaction:off");
    ASSERT_EQ(run_in(folder, {"migrate", "--to", "1"}).exit_code, 0);
    auto reader = plain(); // keeps the build waiting
    reader.execute("begin isolation level repeatable read; select count(*) from a");
    backend_process migrating{{"migrate", "--dir", folder.path(), "--lock", "table"}, environment()};
    ASSERT_TRUE(eventually(20s, [&] { return value("select count(*) from pg_index where not indisvalid") == "1"; }))
        << migrating.err();
    migrating.signal(SIGKILL);
    migrating.wait(5s);
    reader.execute("rollback");
    EXPECT_TRUE(eventually(10s, [&] {
        return value("select count(*) from pg_stat_activity where query like 'create index%' and state = 'active'") ==
               "0";
    }));
    const auto again = run_in(folder, {"migrate"});
    EXPECT_EQ(again.exit_code, 0) << again.err;
    EXPECT_EQ(value("select indisvalid from pg_index where indexrelid = 'a_b'::regclass"), "t");
    const auto back = run_in(folder, {"rollback-all", "--confirm=" + value("select current_database()")});
    EXPECT_EQ(back.exit_code, 0) << back.err;
    EXPECT_EQ(value("select to_regclass('a') is null"), "t");
}

TEST_F(Pooler, WhatAMigrationSetsDoesNotReachOthersOnTheSharedSession)
{
    const testing::pgbouncer narrow{*cluster, 3};
    const testing::sql_folder folder{
        {{"1_a.sql",
          "-- migrate:up\nset search_path = elsewhere;\nset statement_timeout = '7s';\n"
          "create schema elsewhere;\ncreate table t ();\n-- migrate:down\ndrop schema elsewhere cascade;\n"}}};
    const auto done = run_backend({"migrate", "--dir", folder.path(), "--lock", "table"}, environment(narrow));
    EXPECT_EQ(done.exit_code, 0) << done.err;
    for (int i = 0; i < 10; ++i) {
        EXPECT_EQ(narrow.plain(database).value("show search_path"), "\"$user\", public");
        EXPECT_EQ(narrow.plain(database).value("show statement_timeout"), "0");
    }
    EXPECT_EQ(value("select to_regclass('elsewhere.t') is not null and to_regclass('public.lightdash_migrations') is "
                    "not null"),
              "t");
}

TEST_F(Pooler, ASettingThatNothingWouldTakeBackIsRefused)
{
    const testing::sql_folder folder;
    folder.migration("1_a", "set search_path = elsewhere;\nvacuum;", "select 1;", " transaction:off");
    const auto done = run_in(folder, {"migrate"});
    EXPECT_EQ(done.exit_code, 1) << done.err;
    EXPECT_THAT(done.err, HasSubstr("1_a.sql:2 says SET, and LIGHTDASH_POOLER is transaction"));
    EXPECT_EQ(value("select to_regclass('lightdash_migrations') is null"), "t");
    for (const auto& [statement, said] : std::vector<std::pair<std::string, std::string>>{
             {"select set_config('search_path', 'elsewhere', false)", "1_a.sql:2 calls set_config(), and"},
             {"prepare p as select 1", "1_a.sql:2 says PREPARE, and"},
             {"listen news", "1_a.sql:2 says LISTEN, and"},
             {"select pg_advisory_lock(1)", "1_a.sql:2 calls pg_advisory_lock(), and"},
             {"create temporary table t (a int)", "1_a.sql:2 makes a temporary table, view or sequence, and"},
             {"do $$ begin set role postgres; end $$", "1_a.sql:2 says SET, and"}}) {
        folder.migration("1_a", statement + ";\nvacuum;", "select 1;", " transaction:off");
        EXPECT_THAT(run_in(folder, {"migrate"}).err, HasSubstr(said)) << statement;
    }
    folder.migration("1_a", "vacuum;", "select 1;", " transaction:off");
    EXPECT_EQ(run_in(folder, {"migrate"}).exit_code, 0);
}

TEST_F(Pooler, ReplicasMigrateSeedAndServeReadsAndWrites)
{
    std::vector<backend_process> replicas;
    std::vector<std::uint16_t> ports;
    for (int i = 0; i < 3; ++i) {
        ports.push_back(testing::free_port());
        auto settings = environment();
        settings["LIGHTDASH_PROMETHEUS_PORT"] = "0";
        replicas.emplace_back(std::vector<std::string>{"serve", "--migrate", "--lock", "table", "--seed", "--port",
                                                       std::to_string(ports.back())},
                              settings);
    }
    for (std::size_t i = 0; i < replicas.size(); ++i)
        ASSERT_TRUE(eventually(60s, [&] {
            try {
                return testing::http_get(ports[i], "/api/v1/readyz").status == 200;
            } catch (const std::exception&) {
                return false;
            }
        })) << replicas[i].err();
    const auto made = run({"token", "create", "--email", "demo@lightdash.com"});
    ASSERT_EQ(made.exit_code, 0) << made.err;
    testing::http_headers headers{{"Authorization", "ApiKey " + made.out.substr(0, made.out.find('\n'))}};
    const auto dashboard = "/api/v1/dashboards/" + value("select id from dashboards order by created_at limit 1");
    testing::load readers{ports[0], 8, {"/api/v1/user", dashboard}, headers};
    headers.emplace_back("Content-Type", "application/json");
    testing::http_client writer{ports[1]};
    for (int i = 0; i < 20; ++i) {
        const auto answer =
            writer.request("PATCH", dashboard, headers, R"({"name":"Renamed )" + std::to_string(i) + "\"}");
        EXPECT_EQ(answer.status, 200) << answer.body;
    }
    const auto seen = readers.finish();
    EXPECT_TRUE(seen.only({200})) << ::testing::PrintToString(seen.statuses);
    EXPECT_GT(seen.answered(), 20U);
    EXPECT_EQ(
        value("select name from dashboards where id::text = '" + dashboard.substr(dashboard.rfind('/') + 1) + "'"),
        "Renamed 19");
    for (auto& one : replicas)
        EXPECT_EQ(one.stop(20s), 0);
}

} // namespace
} // namespace lightdash
