// What clients notice when PostgreSQL loses its sessions, dies, or comes later than the server.
#include "integration/app/live_server.hpp"
#include "support/busy_session.hpp"
#include "support/effort.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

namespace lightdash {
namespace {

using namespace std::chrono_literals;
using testing::eventually;
using ::testing::HasSubstr;
using testing::http_get;
using clock = std::chrono::steady_clock;

class Faults : public ::testing::Test {
protected:
    static void SetUpTestSuite() { cluster_.emplace(); }
    static void TearDownTestSuite() { cluster_.reset(); }
    void SetUp() override
    {
        if (!cluster_->postgres().running())
            cluster_->postgres().start();
    }

    static inline std::optional<testing::demo_cluster> cluster_;
};

TEST_F(Faults, NoRequestFailsAfterAllIdleConnectionsWereTerminated)
{
    auto server = cluster_->serve({}, {{"LIGHTDASH_LOG_LEVEL", "warn"}});
    ASSERT_EQ(http_get(server.port(), cluster_->targets()[0], cluster_->as_admin()).status, 200);
    const auto terminated =
        cluster_->postgres().plain().value("select count(pg_terminate_backend(pid)) from pg_stat_activity "
                                           "where backend_type = 'client backend' and pid <> pg_backend_pid()");
    EXPECT_GE(std::stoi(terminated), 2);

    testing::load clients{server.port(), 4, {cluster_->targets()[0], cluster_->targets()[1]}, cluster_->as_admin()};
    ASSERT_TRUE(eventually(60s, [&] { return clients.answered() >= 10'000; })) << clients.answered();
    const auto seen = clients.finish();
    EXPECT_TRUE(seen.only({200})) << ::testing::PrintToString(seen.statuses);
    EXPECT_EQ(seen.unanswered + seen.refused, 0u);
    EXPECT_THAT(seen.truncated, ::testing::IsEmpty());
    EXPECT_EQ(server.stop(), 0);
}

TEST_F(Faults, OnAStandbyReadsAreAnsweredAndWritesAreRefusedForNow)
{
    testing::private_cluster standby{{.standby_of = cluster_->postgres().conninfo()}};
    auto server = testing::backend_process::serve(standby.conninfo(), {}, {{"LIGHTDASH_LOG_LEVEL", "warn"}});
    const auto dashboard = cluster_->targets()[1];
    auto change = cluster_->as_admin();
    change.emplace_back("Content-Type", "application/json");
    testing::http_client client{server.port()};
    for (int i = 0; i < 3; ++i) {
        const auto refused = client.request("PATCH", dashboard, change, R"({"name":"Later"})");
        EXPECT_EQ(refused.status, 503) << refused.body;
        EXPECT_TRUE(refused.has_header("Retry-After"));
        EXPECT_THAT(refused.body, HasSubstr("takes no writes now"));
        EXPECT_EQ(client.get(dashboard, cluster_->as_admin()).status, 200);
    }
    const auto seeding = testing::run_backend({"seed"}, {{"DATABASE_URL", standby.conninfo()}});
    EXPECT_EQ(seeding.exit_code, 1);
    EXPECT_THAT(seeding.err, HasSubstr("takes no writes now"));
    EXPECT_EQ(server.stop(), 0);
    EXPECT_THAT(server.err(), HasSubstr("in case another server has taken over"));
}

// The guide's "Kill Long-Running Query" ends every session whose last query is old, idle ones of this server's pool
// too; with seconds for its hour.
TEST_F(Faults, RequestsGoOnWhileTheGuidesStatementAndDbKillEndOldSessions)
{
    auto& postgres = cluster_->postgres();
    auto server = cluster_->serve({}, {{"PGMINCONNECTIONS", "6"}, {"LIGHTDASH_LOG_LEVEL", "warn"}});
    ASSERT_TRUE(eventually(10s, [&] { return cluster_->sessions() >= 6; }));
    auto db = postgres.plain();
    const auto ended = [&] {
        return std::stoi(db.value("select count(*) from (SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                                  "WHERE query_start < NOW() - INTERVAL '1 second') as killed"));
    };
    testing::load clients{server.port(), 2, cluster_->targets(), cluster_->as_admin()}; // most connections stay idle
    testing::busy_session report{postgres.conninfo()};
    report.start("select pg_sleep(60)");
    int of_the_pool = 0;
    for (int round = 0; round < testing::effort(3); ++round) {
        std::this_thread::sleep_for(1200ms);
        of_the_pool += ended();
    }
    EXPECT_THAT(report.ended(), HasSubstr("terminating connection"));
    EXPECT_GE(of_the_pool - 1, 4);

    testing::busy_session second{postgres.conninfo()};
    second.start("select pg_sleep(60)");
    std::this_thread::sleep_for(1200ms);
    const auto killed =
        testing::run_backend({"db", "kill", "--older-than", "1s", "--yes"}, {{"DATABASE_URL", postgres.conninfo()}});
    EXPECT_EQ(killed.out, std::to_string(second.pid()) + " killed\n") << killed.err;

    const auto before = clients.answered();
    EXPECT_TRUE(eventually(10s, [&] { return clients.answered() > before + 20; }));
    const auto seen = clients.finish();
    EXPECT_TRUE(seen.only({200})) << ::testing::PrintToString(seen.statuses);
    EXPECT_EQ(seen.unanswered + seen.refused, 0u);
    EXPECT_THAT(seen.truncated, ::testing::IsEmpty());
    EXPECT_EQ(server.stop(), 0);
}

TEST_F(Faults, AKilledDatabaseIsAnsweredInTimeAndItsReturnUsedAtOnce)
{
    auto server = cluster_->serve({}, {{"LIGHTDASH_LOG_LEVEL", "error"}});
    auto headers = cluster_->as_admin();
    headers.emplace_back("X-Request-Timeout", "5");
    testing::load clients{server.port(), 8, cluster_->targets(), headers};
    ASSERT_TRUE(eventually(10s, [&] { return clients.answered() > 200; }));

    cluster_->postgres().kill();
    EXPECT_TRUE(eventually(3s, [&] { return http_get(server.port(), "/api/v1/readyz").status == 503; }));
    EXPECT_THAT(http_get(server.port(), "/api/v1/readyz").body, HasSubstr("db_unavailable"));
    EXPECT_EQ(http_get(server.port(), "/api/v1/livez").status, 200);
    std::this_thread::sleep_for(2s); // long enough that the attempts to connect are as far apart as they get
    EXPECT_EQ(http_get(server.port(), "/api/v1/livez").status, 200);
    EXPECT_EQ(http_get(server.port(), cluster_->targets()[1], headers).status, 503);

    cluster_->postgres().start();
    const auto accepting = clock::now();
    EXPECT_TRUE(eventually(
        5s, [&] { return http_get(server.port(), cluster_->targets()[1], cluster_->as_admin()).status == 200; }));
    EXPECT_LE((clock::now() - accepting) / 1ms, 2000);
    EXPECT_TRUE(eventually(2s, [&] { return http_get(server.port(), "/api/v1/readyz").status == 200; }));

    const auto seen = clients.finish();
    EXPECT_TRUE(seen.only({200, 503, 504})) << ::testing::PrintToString(seen.statuses);
    EXPECT_LT(seen.slowest / 1ms, 6000);
    EXPECT_GT(seen.statuses.at(503), 0u);
    EXPECT_EQ(seen.unanswered + seen.refused, 0u);
    EXPECT_THAT(seen.truncated, ::testing::IsEmpty());
    EXPECT_TRUE(server.running());
    EXPECT_EQ(server.stop(), 0);
}

TEST_F(Faults, InProductionStrangersLearnNothingOfTheDatabaseThatIsDown)
{
    cluster_->postgres().plain().execute("create role rita login password 'right'");
    const auto folder = cluster_->postgres().conninfo().substr(5, cluster_->postgres().conninfo().find(' ') - 5);
    const std::string wrong = "host=127.0.0.1 port=1 user=rita password=canary99 dbname=engines_xyz";
    for (const auto& url : {wrong, "host=" + folder + " user=nobody_xyz dbname=engines_xyz"}) {
        const auto port = testing::free_port();
        testing::backend_process server{{"serve"},
                                        {{"DATABASE_URL", url},
                                         {"PORT", std::to_string(port)},
                                         {"LIGHTDASH_ENV", "production"},
                                         {"LIGHTDASH_SECRET", "a long random text"},
                                         {"LIGHTDASH_DRAIN_DELAY", "0s"},
                                         {"LIGHTDASH_PROMETHEUS_PORT", "0"}}};
        server.wait_for_line("Serving on");
        ASSERT_TRUE(eventually(
            10s, [&] { return http_get(port, "/api/v1/readyz").body.find("db_unavailable") != std::string::npos; }));
        std::string told;
        for (const auto* target : {"/api/v1/readyz", "/api/v1/health", "/api/v1/user", "/api/v1/org/projects"})
            for (const auto& headers : {testing::http_headers{}, cluster_->as_admin()}) {
                const auto answer = http_get(port, target, headers);
                told += answer.body + "\n";
                if (answer.status == 503 && answer.body.find("requestId") != std::string::npos) {
                    EXPECT_THAT(answer.body, HasSubstr("DatabaseUnavailableError"));
                    EXPECT_TRUE(answer.has_header("Retry-After"));
                }
            }
        // None of these can be a part of a request id, which is hexadecimal.
        for (const auto* secret : {"rita", "xyz", "canary99", "127.0.0.1 ", "port=1", "DATABASE_URL", "PostgreSQL",
                                   "role", "password", "connection", "/tmp", "pool"})
            EXPECT_THAT(told, ::testing::Not(HasSubstr(secret)));
        EXPECT_EQ(server.stop(), 0);
        EXPECT_THAT(server.err(), HasSubstr("PostgreSQL is not available")) << "the log tells it";
    }
    cluster_->postgres().plain().execute("drop role rita");
}

TEST_F(Faults, StartedWithoutADatabaseTheServerLivesAndWaitsForIt)
{
    cluster_->postgres().stop();
    const auto port = testing::free_port();
    testing::backend_process server{{"serve"},
                                    {{"DATABASE_URL", cluster_->postgres().conninfo()},
                                     {"PORT", std::to_string(port)},
                                     {"LIGHTDASH_PROMETHEUS_PORT", "0"}}};
    server.wait_for_line("Serving on");
    EXPECT_EQ(http_get(port, "/api/v1/livez").status, 200);
    const auto unready = http_get(port, "/api/v1/readyz");
    EXPECT_EQ(unready.status, 503);
    EXPECT_THAT(unready.body, HasSubstr("db_unavailable"));
    std::this_thread::sleep_for(1s);
    EXPECT_EQ(http_get(port, "/api/v1/readyz").status, 503);

    cluster_->postgres().start();
    EXPECT_TRUE(eventually(3s, [&] { return http_get(port, "/api/v1/readyz").status == 200; })) << server.err();
    EXPECT_EQ(http_get(port, cluster_->targets()[1], cluster_->as_admin()).status, 200);
    EXPECT_EQ(server.stop(), 0);
}

} // namespace
} // namespace lightdash
