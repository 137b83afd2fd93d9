// How the server ends: what clients, PostgreSQL and the caller of kill(1) see.
#include "integration/app/live_server.hpp"
#include "ops/child/child_process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <future>
#include <optional>
#include <sstream>

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

// Requests that wait for a lock until let_go(): all of them are with the server once this is made.
class in_flight {
public:
    in_flight(testing::demo_cluster& cluster, std::uint16_t port, std::uint16_t metrics_port, std::size_t count)
        : db_(cluster.postgres().plain())
    {
        db_.execute("begin; lock table dashboards");
        for (std::size_t i = 0; i < count; ++i)
            answers_.push_back(std::async(std::launch::async, [&cluster, port] {
                return http_get(port, cluster.targets()[1], cluster.as_admin()).status;
            }));
        if (!eventually(10s, [&] { return active_requests(metrics_port) == count; }))
            throw std::runtime_error("the requests did not arrive");
    }

    void let_go() { db_.execute("commit"); }
    std::vector<int> statuses()
    {
        std::vector<int> all;
        for (auto& one : answers_)
            try {
                all.push_back(one.get());
            } catch (const std::exception& cut) {
                ADD_FAILURE() << cut.what();
            }
        return all;
    }

private:
    // Of all workers.
    static std::size_t active_requests(std::uint16_t metrics_port)
    {
        std::istringstream page{http_get(metrics_port, "/metrics").body};
        std::size_t sum = 0;
        for (std::string line; std::getline(page, line);)
            if (line.starts_with("http_server_active_requests"))
                sum += std::stoul(line.substr(line.rfind(' ')));
        return sum;
    }

    testing::plain_connection db_;
    std::vector<std::future<int>> answers_;
};

class Signals : public ::testing::Test {
protected:
    // PostgreSQL says "unexpected EOF" of an idle session only at this level.
    static void SetUpTestSuite() { cluster_.emplace("log_min_messages = debug1\nlog_disconnections = on\n"); }
    static void TearDownTestSuite() { cluster_.reset(); }

    testing::backend_process serve(const std::vector<std::string>& arguments = {})
    {
        return cluster_->serve(arguments, {{"LIGHTDASH_PROMETHEUS_PORT", std::to_string(metrics_port_)}});
    }
    in_flight send(const testing::backend_process& server, std::size_t count) const
    {
        return {*cluster_, server.port(), metrics_port_, count};
    }

    const std::uint16_t metrics_port_ = testing::free_port();
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

// As timeout(1) does: its child, then the child's group.
TEST_F(Signals, ASignalThatComesTwiceIsOneAndTheRequestInFlightIsFinished)
{
    for (const auto& more : {std::vector<std::string>{}, {"--workers", "2"}}) {
        for (const int second : {SIGTERM, SIGINT, SIGHUP}) {
            SCOPED_TRACE(second);
            auto server = serve(more);
            auto requests = send(server, 4);
            server.signal(SIGTERM);
            server.signal(second);
            server.wait_for_line("stopping");
            requests.let_go();
            EXPECT_THAT(requests.statuses(), ::testing::Each(200));
            EXPECT_EQ(server.wait(5s), 0);
        }
    }
}

// As a terminal's Ctrl-C and systemd do.
TEST_F(Signals, ASignalToEveryProcessOfTheGroupIsOneAndRequestsInFlightAreFinished)
{
    for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
        SCOPED_TRACE(number);
        auto server = serve({"--workers", "2"});
        auto requests = send(server, 8);
        for (const pid_t worker : testing::children_of(server.pid()))
            ::kill(worker, number);
        server.signal(number);
        server.wait_for_line("stopping");
        EXPECT_TRUE(server.running());
        requests.let_go();
        EXPECT_THAT(requests.statuses(), ::testing::Each(200));
        EXPECT_EQ(server.wait(5s), 0);
    }
}

TEST_F(Signals, AParentThatPassesASignalOnLateSignalsNobodyTwice)
{
    auto server = serve({"--workers", "2"});
    auto requests = send(server, 4);
    server.signal(SIGSTOP); // it is not scheduled while the terminal's signal reaches the workers
    for (const pid_t worker : testing::children_of(server.pid()))
        ::kill(worker, SIGINT);
    server.signal(SIGINT);
    server.wait_for_line("stopping");
    std::this_thread::sleep_for(700ms); // longer than the moment within which signals are one
    server.signal(SIGCONT);
    std::this_thread::sleep_for(100ms);
    requests.let_go();
    EXPECT_THAT(requests.statuses(), ::testing::Each(200));
    EXPECT_EQ(server.wait(5s), 0);
}

// Again and again, as an impatient person does.
TEST_F(Signals, ASecondSignalOfAPersonEndsTheServerAtOnce)
{
    for (const auto& more : {std::vector<std::string>{}, {"--workers", "2"}}) {
        for (const int number : {SIGTERM, SIGINT, SIGHUP}) {
            SCOPED_TRACE(number);
            auto server = cluster_->serve(more, {{"LIGHTDASH_DRAIN_DELAY", "20s"}});
            server.signal(number);
            ASSERT_TRUE(eventually(2s, [&] { return draining(server); }));
            EXPECT_TRUE(eventually(2s, [&] {
                server.signal(number);
                return !server.running();
            }));
            EXPECT_EQ(server.wait(1s), 128 + number);
        }
    }
}

TEST_F(Signals, AHangUpThatIsIgnoredAtTheStartStaysIgnored)
{
    const auto before = std::signal(SIGHUP, SIG_IGN); // as under nohup(1)
    auto server = cluster_->serve();
    std::signal(SIGHUP, before);
    server.signal(SIGHUP);
    EXPECT_EQ(http_get(server.port(), "/api/v1/readyz").status, 200);
    EXPECT_EQ(server.stop(5s), 0);
    EXPECT_THAT(server.err(), HasSubstr(R"("signal":15)"));
}

TEST_F(Signals, WorkersWhoseParentIsKilledFinishTheirRequestsAndEnd)
{
    auto server = serve({"--workers", "2"});
    const auto workers = testing::children_of(server.pid());
    auto requests = send(server, 4);
    server.signal(SIGKILL);
    server.wait_for_line("stopping");
    requests.let_go();
    EXPECT_THAT(requests.statuses(), ::testing::Each(200));
    for (const pid_t worker : workers)
        EXPECT_TRUE(eventually(5s, [&] { return !ops::process_alive(worker); }));
}

TEST_F(Signals, SigtermEndsEveryWorker)
{
    auto server = cluster_->serve({"--workers", "2"});
    const auto workers = testing::children_of(server.pid());
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
        ASSERT_TRUE(eventually(5s, [&] { return testing::children_of(server.pid()).size() == 3; }));
        std::this_thread::sleep_for(after);
        EXPECT_EQ(server.stop(5s), 0) << after.count() << " ms: " << server.err();
    }
    EXPECT_TRUE(eventually(1s, [&] { return cluster_->sessions() == 0; }));
}

} // namespace
} // namespace lightdash
