// How the server ends: what clients, PostgreSQL and the caller of kill(1) see.
#include "integration/app/live_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <future>
#include <optional>

namespace lightdash {
namespace {

using namespace std::chrono_literals;
using testing::eventually;
using ::testing::HasSubstr;
using testing::http_get;
using ::testing::Not;

bool draining(const testing::backend_process& server)
{
    return http_get(server.port(), "/api/v1/readyz").body.find("draining") != std::string::npos;
}

std::vector<pid_t> children_of(pid_t parent)
{
    const auto id = std::to_string(parent);
    std::ifstream in{"/proc/" + id + "/task/" + id + "/children"};
    std::vector<pid_t> made;
    for (pid_t child; in >> child;)
        made.push_back(child);
    return made;
}

class Signals : public ::testing::Test {
protected:
    // PostgreSQL says "unexpected EOF" of an idle session only at this level.
    static void SetUpTestSuite() { cluster_.emplace("log_min_messages = debug1\nlog_disconnections = on\n"); }
    static void TearDownTestSuite() { cluster_.reset(); }

    static inline std::optional<testing::demo_cluster> cluster_;
};

TEST_F(Signals, SigtermUnderLoadTruncatesNoAnswerAndLeavesNoSession)
{
    auto server = cluster_->serve();
    const auto logged = cluster_->postgres().log().size();
    testing::load clients{server.port(), 8, cluster_->targets(), cluster_->as_admin()};
    ASSERT_TRUE(eventually(10s, [&] { return clients.answered() > 200; }));
    EXPECT_GE(cluster_->sessions(), 2u);

    EXPECT_EQ(server.stop(5s), 0);
    EXPECT_TRUE(eventually(1s, [&] { return cluster_->sessions() == 0; }));
    const auto seen = clients.finish();
    EXPECT_THAT(seen.truncated, ::testing::IsEmpty());
    EXPECT_TRUE(seen.only({200})) << ::testing::PrintToString(seen.statuses);
    const auto log = cluster_->postgres().log().substr(logged);
    EXPECT_THAT(log, HasSubstr("disconnection: session time"));
    EXPECT_THAT(log, Not(HasSubstr("unexpected EOF")));
    EXPECT_THAT(log, Not(HasSubstr("could not receive data from client")));
    EXPECT_THAT(log, Not(HasSubstr("could not send data to client")));
}

TEST_F(Signals, ARequestInFlightIsFinishedBeforeTheServerEnds)
{
    auto server = cluster_->serve();
    auto db = cluster_->postgres().plain();
    db.execute("begin; lock table dashboards");
    auto answer = std::async(std::launch::async,
                             [&] { return http_get(server.port(), cluster_->targets()[1], cluster_->as_admin()); });
    ASSERT_TRUE(eventually(5s, [&] {
        return cluster_->postgres().plain().value("select count(*) from pg_locks where not granted") != "0";
    }));
    server.signal(SIGTERM);
    server.wait_for_line("stopping");
    std::this_thread::sleep_for(200ms);
    EXPECT_TRUE(server.running());
    db.execute("commit");

    const auto seen = answer.get();
    EXPECT_EQ(seen.status, 200);
    EXPECT_EQ(seen.header("Connection"), "close");
    EXPECT_EQ(server.wait(5s), 0);
}

TEST_F(Signals, DuringTheDrainDelayTheServerIsNotReadyButAnswers)
{
    auto server = cluster_->serve({}, {{"LIGHTDASH_DRAIN_DELAY", "500ms"}});
    testing::http_client kept{server.port()};
    EXPECT_EQ(kept.get(cluster_->targets()[0], cluster_->as_admin()).header("Connection"), "");
    const auto begin = std::chrono::steady_clock::now();
    server.signal(SIGTERM);
    ASSERT_TRUE(eventually(300ms, [&] { return draining(server); }));
    EXPECT_EQ(http_get(server.port(), "/api/v1/readyz").status, 503);
    EXPECT_EQ(http_get(server.port(), "/api/v1/livez").status, 200);

    const auto old_client = kept.get(cluster_->targets()[0], cluster_->as_admin());
    EXPECT_EQ(old_client.status, 200);
    EXPECT_EQ(old_client.header("Connection"), "close");
    const auto new_client = http_get(server.port(), cluster_->targets()[1], cluster_->as_admin());
    EXPECT_EQ(new_client.status, 200);
    EXPECT_EQ(new_client.header("Connection"), "close");
    EXPECT_EQ(server.wait(5s), 0);
    EXPECT_GE((std::chrono::steady_clock::now() - begin) / 1ms, 490);
}

TEST_F(Signals, ASecondSigtermEndsTheServerAtOnce)
{
    auto server = cluster_->serve({}, {{"LIGHTDASH_DRAIN_DELAY", "20s"}});
    server.signal(SIGTERM);
    ASSERT_TRUE(eventually(2s, [&] { return draining(server); }));
    server.signal(SIGTERM);
    EXPECT_EQ(server.wait(1s), 143);
}

TEST_F(Signals, ASecondSigintEndsTheServerAtOnce)
{
    auto server = cluster_->serve({}, {{"LIGHTDASH_DRAIN_DELAY", "20s"}});
    server.signal(SIGINT);
    ASSERT_TRUE(eventually(2s, [&] { return draining(server); }));
    server.signal(SIGINT);
    EXPECT_EQ(server.wait(1s), 130);
}

TEST_F(Signals, SigtermEndsEveryWorker)
{
    auto server = cluster_->serve({"--workers", "2"});
    const auto workers = children_of(server.pid());
    ASSERT_EQ(workers.size(), 2u);
    testing::load clients{server.port(), 8, cluster_->targets(), cluster_->as_admin()};
    ASSERT_TRUE(eventually(10s, [&] { return clients.answered() > 200; }));

    EXPECT_EQ(server.stop(5s), 0);
    for (const pid_t worker : workers)
        EXPECT_EQ(::kill(worker, 0), -1) << worker;
    EXPECT_TRUE(eventually(1s, [&] { return cluster_->sessions() == 0; }));
    const auto seen = clients.finish();
    EXPECT_TRUE(seen.only({200, 503})) << ::testing::PrintToString(seen.statuses);
    EXPECT_THAT(seen.truncated, ::testing::IsEmpty());
}

TEST_F(Signals, SigtermWhileWorkersStartIsAnOrderlyEnd)
{
    for (const auto after : {0ms, 5ms, 20ms, 60ms}) {
        testing::backend_process server{
            {"serve", "--workers", "3", "--port", std::to_string(testing::free_port())},
            {{"DATABASE_URL", cluster_->postgres().conninfo()}, {"LIGHTDASH_PROMETHEUS_PORT", "0"}}};
        ASSERT_TRUE(eventually(5s, [&] { return children_of(server.pid()).size() == 3; }));
        std::this_thread::sleep_for(after);
        EXPECT_EQ(server.stop(5s), 0) << after.count() << " ms: " << server.err();
    }
    EXPECT_TRUE(eventually(1s, [&] { return cluster_->sessions() == 0; }));
}

} // namespace
} // namespace lightdash
