// Servers that bring their schema up to date themselves.
#include "app/runtime/runtime.hpp"
#include "app/server/service.hpp"
#include "integration/app/live_server.hpp"
#include "lightdash/migrate/sql_file.hpp"
#include "support/shipped_migrations.hpp"
#include "support/test_database.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

namespace lightdash {
namespace {

using namespace std::chrono_literals;
using testing::backend_process;
using testing::eventually;
using ::testing::HasSubstr;
using testing::run_backend;
using testing::test_database;

bool is_ready(std::uint16_t port)
{
    try {
        return testing::http_get(port, "/api/v1/readyz").status == 200;
    } catch (const std::exception&) {
        return false; // it does not listen yet
    }
}

class ServeMigrates : public ::testing::Test {
protected:
    testing::private_cluster cluster{{.configuration = "max_connections = 200"}};
};

TEST_F(ServeMigrates, TenReplicasThatStartAtOnceAllEndUpServing)
{
    std::vector<std::uint16_t> ports;
    std::vector<backend_process> replicas;
    for (int i = 0; i < 10; ++i) {
        ports.push_back(testing::free_port());
        replicas.emplace_back(std::vector<std::string>{"serve", "--migrate", "--port", std::to_string(ports.back())},
                              std::map<std::string, std::string>{{"DATABASE_URL", cluster.conninfo()},
                                                                 {"LIGHTDASH_PROMETHEUS_PORT", "0"}});
    }
    for (std::size_t i = 0; i < replicas.size(); ++i)
        EXPECT_TRUE(eventually(60s, [&] { return is_ready(ports[i]); })) << replicas[i].err();
    auto db = cluster.plain();
    const auto batches = [&] {
        return db.value("select count(*) || ' ' || count(distinct batch) from lightdash_migrations");
    };
    // All are ready once all is applied; the one that began first makes one batch of it when it looks again.
    EXPECT_TRUE(eventually(20s, [&] { return batches() == testing::shipped_migration_count() + " 1"; })) << batches();
    for (auto& one : replicas)
        EXPECT_TRUE(one.running());
    for (auto& one : replicas)
        EXPECT_EQ(one.stop(20s), 0);
}

TEST_F(ServeMigrates, NoConnectionThatMigratedServesRequests)
{
    const auto port = testing::free_port();
    backend_process server{{"serve", "--migrate", "--port", std::to_string(port)},
                           {{"DATABASE_URL", cluster.conninfo()}, {"LIGHTDASH_PROMETHEUS_PORT", "0"}}};
    ASSERT_TRUE(eventually(20s, [&] { return is_ready(port); })) << server.err();
    auto db = cluster.plain();
    const auto older = "select count(*) from pg_stat_activity where application_name like 'lightdash%' "
                       "and query not ilike 'listen%' "
                       "and backend_start < (select max(applied_at) from lightdash_migrations)";
    EXPECT_TRUE(eventually(5s, [&] { return db.value(older) == "0"; }))
        << "RESET ALL has taken the limits of their sessions away";
    EXPECT_EQ(server.stop(10s), 0);
}

// With a migration more than the program's own, which are all safe.
class ServeInProduction : public ::testing::Test {
protected:
    static app::settings production(const test_database& db)
    {
        app::settings made;
        made.database_url = secret{db.conninfo()};
        made.port = 0;
        made.prometheus_port = 0;
        made.env = app::environment::production;
        made.drain_delay = 5s;
        return made;
    }
    static migrate::registry with_an_unsafe_one()
    {
        auto known = migrate::registry::compiled_in();
        known.add(migrate::parse_sql_file("migrations/900_drop_name.sql",
                                          "-- migrate:up\nalter table users drop column last_name\n-- migrate:down\n"));
        return known;
    }

    const test_database db = test_database::migrated();
    const app::settings config = production(db);
    const migrate::registry known = with_an_unsafe_one();
};

TEST_F(ServeInProduction, AnUnsafeMigrationIsRefusedAsByMigrateAndTheServerEnds)
{
    app::service server{config, app::connection_options(config, std::nullopt), known, {.migrate = true}};
    server.start();
    const auto began = std::chrono::steady_clock::now();
    server.run(); // ends by itself
    EXPECT_LT(std::chrono::steady_clock::now() - began, 4s) << "it was never ready, so there is nothing to drain";
    ASSERT_TRUE(server.refused());
    EXPECT_EQ(server.refused()->code(), migrate::exit_code::lint);
    EXPECT_THAT(server.refused()->message(),
                ::testing::AllOf(HasSubstr("Nothing was applied"), HasSubstr("[drop-column]")));
    EXPECT_EQ(db.value("select count(*) from lightdash_migrations"), testing::shipped_migration_count());
}

TEST_F(ServeInProduction, AnUnsafeMigrationWhoseRuleIsAllowedIsApplied)
{
    app::service server{config,
                        app::connection_options(config, std::nullopt),
                        known,
                        {.migrate = true, .allowed_unsafe = {"drop-column"}}};
    server.start();
    std::thread loop{[&] { server.run(); }};
    EXPECT_TRUE(eventually(20s, [&] { return is_ready(server.port()); }));
    server.stop();
    loop.join();
    EXPECT_FALSE(server.refused());
    EXPECT_EQ(db.value("select count(*) from lightdash_migrations"),
              std::to_string(testing::shipped_migrations().size() + 1));
}

TEST_F(ServeInProduction, AMigrationThatFailsLeavesTheServerUpAndNotReady)
{
    auto broken = migrate::registry::compiled_in();
    broken.add(migrate::parse_sql_file("migrations/900_broken.sql",
                                       "-- migrate:up\ncreate table broken (x nonsense)\n-- migrate:down\n"));
    app::service server{config, app::connection_options(config, std::nullopt), broken, {.migrate = true}};
    server.start();
    std::thread loop{[&] { server.run(); }};
    const auto pending = [&] {
        return testing::http_get(server.port(), "/api/v1/readyz").body ==
               R"({"status":"not_ready","reason":"schema_pending"})";
    };
    EXPECT_TRUE(eventually(10s, pending));
    std::this_thread::sleep_for(1s);
    EXPECT_TRUE(pending()) << "and does not try again and again";
    EXPECT_EQ(testing::http_get(server.port(), "/api/v1/livez").status, 200);
    server.stop();
    loop.join();
    EXPECT_FALSE(server.refused());
}

TEST(ServeInProductionCommand, RefusesARuleThatDoesNotExistBeforeItStarts)
{
    const auto done = testing::run_backend({"serve", "--migrate", "--allow-unsafe", "drop-colum"},
                                           {{"DATABASE_URL", testing::test_server()}});
    EXPECT_EQ(done.exit_code, 2);
    EXPECT_THAT(done.err, HasSubstr("did you mean drop-column?"));
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
    EXPECT_THAT(server.err(), ::testing::Not(HasSubstr("request failed"))) << "a probe's answer is no failure";
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
    EXPECT_THAT(refused.body, HasSubstr(testing::newest_migration()));
    EXPECT_EQ(run_backend({"migrate"}, {{"DATABASE_URL", demo.postgres().conninfo()}}).exit_code, 0);
    EXPECT_TRUE(eventually(5s, [&] { return testing::http_get(port, "/api/v1/readyz").status == 200; }));
    EXPECT_EQ(client.request("PATCH", demo.targets()[1], headers, R"({"name":"Renamed"})").status, 200);

    // A newer schema than this program's is fine.
    demo.postgres().plain().execute(
        "insert into lightdash_migrations (name, batch, checksum, duration_ms, version) values "
        "('999_newer', 9, 'x', 0, '9')");
    auto second = demo.serve({"--migrate"});
    second.wait_for_line("the database's schema is newer than this program");
    EXPECT_THAT(second.err(), HasSubstr("999_newer"));
    EXPECT_EQ(second.stop(10s), 0);
    EXPECT_EQ(server.stop(10s), 0);
}

TEST_F(ServeMigrates, WhatTheServerSaysMeanwhileIsLoggedWithItsPlace)
{
    cluster.plain().execute("create schema elsewhere; create extension \"uuid-ossp\" schema elsewhere");
    const auto port = testing::free_port();
    backend_process server{{"serve", "--migrate", "--port", std::to_string(port)},
                           {{"DATABASE_URL", cluster.conninfo()}, {"LIGHTDASH_PROMETHEUS_PORT", "0"}}};
    ASSERT_TRUE(eventually(20s, [&] { return is_ready(port); })) << server.err();
    EXPECT_THAT(server.err(), ::testing::ContainsRegex("migrations/001_create_organizations_table.sql:[0-9]+: NOTICE: "
                                                       "extension .*uuid-ossp.* already exists, skipping"));
    EXPECT_EQ(server.stop(10s), 0);
}

TEST_F(ServeMigrates, PendingMigrationsAreSaidAtStart)
{
    const auto port = testing::free_port();
    backend_process server{{"serve", "--port", std::to_string(port)},
                           {{"DATABASE_URL", cluster.conninfo()}, {"LIGHTDASH_PROMETHEUS_PORT", "0"}}};
    server.wait_for_line("not ready: migrations are pending");
    EXPECT_THAT(server.err(), HasSubstr("001_create_organizations_table"));
    EXPECT_EQ(server.stop(10s), 0);
}

TEST_F(ServeMigrates, AHistoryThatSomebodyMendsIsMigratedByTheServerThatWaited)
{
    ASSERT_EQ(run_backend({"migrate", "--to", "8"}, {{"DATABASE_URL", cluster.conninfo()}}).exit_code, 0);
    cluster.plain().execute("update lightdash_migrations set checksum = 'edited' where name like '008%'");
    const auto port = testing::free_port();
    backend_process server{{"serve", "--migrate", "--port", std::to_string(port)},
                           {{"DATABASE_URL", cluster.conninfo()}, {"LIGHTDASH_PROMETHEUS_PORT", "0"}}};
    server.wait_for_line("the history and this program disagree");
    EXPECT_THAT(server.err(), HasSubstr("was changed after it was applied"));
    EXPECT_EQ(testing::http_get(port, "/api/v1/readyz").status, 503);
    ASSERT_EQ(run_backend({"migrate:repair", "--yes"}, {{"DATABASE_URL", cluster.conninfo()}}).exit_code, 0);
    EXPECT_TRUE(eventually(30s, [&] { return is_ready(port); })) << server.err();
    EXPECT_EQ(server.stop(10s), 0);
}

} // namespace
} // namespace lightdash
