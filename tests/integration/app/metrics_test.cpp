// Where /metrics is, and that one target tells of every worker.
#include "integration/app/live_server.hpp"
#include "ops/child/child_process.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <sstream>

namespace lightdash {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using testing::backend_process;
using testing::children_of;
using testing::eventually;
using ::testing::HasSubstr;
using testing::http_get;

using arguments = std::vector<std::string>;

class Metrics : public ::testing::Test {
protected:
    static void SetUpTestSuite() { cluster_.emplace(); }
    static void TearDownTestSuite() { cluster_.reset(); }

    backend_process serve(const arguments& more = {}, std::map<std::string, std::string> with = {})
    {
        with.emplace("LIGHTDASH_PROMETHEUS_PORT", std::to_string(port_));
        return cluster_->serve(more, with);
    }
    std::string page() const { return http_get(port_, "/metrics").body; }
    backend_process refused(const arguments& words, std::map<std::string, std::string> with)
    {
        with.emplace("DATABASE_URL", cluster_->postgres().conninfo());
        return backend_process{words, with};
    }

    const std::uint16_t port_ = testing::free_port();
    static inline std::optional<testing::demo_cluster> cluster_;
};

TEST_F(Metrics, OnePageTellsOfEveryWorkerAndEachFamilyOnce)
{
    auto server = serve({"--workers", "3"});
    ASSERT_TRUE(eventually(20s, [&] {
        const auto told = page();
        return told.find("lightdash_worker_up{worker=\"0\"} 1\nlightdash_worker_up{worker=\"1\"} 1\n"
                         "lightdash_worker_up{worker=\"2\"} 1\n") != std::string::npos;
    })) << page();
    for (int i = 0; i < 60; ++i)
        EXPECT_EQ(http_get(server.port(), cluster_->targets()[0], cluster_->as_admin()).status, 200);

    const auto told = page();
    std::map<std::string, int> families;
    std::size_t answered = 0, of_workers = 0;
    std::istringstream lines{told};
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("# TYPE "))
            ++families[line];
        else if (!line.starts_with('#'))
            EXPECT_THAT(line, HasSubstr("{worker=\""));
        if (line.starts_with("http_server_request_duration_seconds_count{worker=\"") &&
            line.find("/api/v1/user\"") != std::string::npos) {
            answered += std::stoul(line.substr(line.rfind(' ')));
            ++of_workers;
        }
    }
    for (const auto& [family, times] : families)
        EXPECT_EQ(times, 1) << family;
    EXPECT_EQ(answered, 60u) << told;
    EXPECT_EQ(of_workers, 3u);
    EXPECT_THAT(told, AllOf(HasSubstr("pg_pool_max_size{worker=\"2\"} 10\n"),
                            HasSubstr("db_client_connection_count{worker=\"1\",state=\"idle\"}")));
    EXPECT_EQ(server.stop(), 0);
}

TEST_F(Metrics, AWorkerThatHangsIsSaidToBeDownAndOneThatIsReplacedIsThereAgain)
{
    auto server = serve({"--workers", "2"});
    const std::string both = "lightdash_worker_up{worker=\"0\"} 1\nlightdash_worker_up{worker=\"1\"} 1\n";
    ASSERT_TRUE(eventually(20s, [&] { return page().find(both) != std::string::npos; }));
    const auto workers = children_of(server.pid());
    ASSERT_EQ(workers.size(), 2u);

    ::kill(workers[1], SIGSTOP);
    // The kernel gives some connections to the one that hangs: their clients wait, others are answered.
    EXPECT_TRUE(eventually(30s, [&] {
        try {
            testing::http_client client{port_, 2s};
            return client.get("/metrics").body.find("lightdash_worker_up{worker=\"1\"} 0\n") != std::string::npos;
        } catch (const std::runtime_error&) {
            return false;
        }
    }));
    ::kill(workers[1], SIGCONT);
    EXPECT_TRUE(eventually(20s, [&] { return page().find(both) != std::string::npos; }));

    ::kill(workers[0], SIGKILL);
    server.wait_for_line("a worker died");
    EXPECT_TRUE(eventually(20s, [&] {
        try {
            return children_of(server.pid()).size() == 2 && page().find(both) != std::string::npos;
        } catch (const std::runtime_error&) {
            return false;
        }
    }));
    EXPECT_EQ(server.stop(), 0);
}

TEST_F(Metrics, OneProcessTellsItsFiguresWithoutALabel)
{
    auto server = serve();
    EXPECT_THAT(page(), AllOf(HasSubstr("\npg_pool_max_size 10\n"), ::testing::Not(HasSubstr("worker="))));
    EXPECT_EQ(server.stop(), 0);
}

TEST_F(Metrics, TheirAddressIsASetting)
{
    const auto other = "http://127.0.0.2:" + std::to_string(port_) + "/metrics";
    const auto asked = [&] { return ops::run({.argv = {"/usr/bin/curl", "-sf", other}}, 10s); };
    for (const auto& more : {arguments{}, arguments{"--workers", "2"}}) {
        auto server = serve(more, {{"LIGHTDASH_METRICS_HOST", "127.0.0.2"}});
        EXPECT_THAT(asked().output, HasSubstr("pg_pool_max_size"));
        EXPECT_THROW(page(), std::runtime_error);
        EXPECT_EQ(server.stop(), 0);
    }
}

TEST_F(Metrics, ABusyPortIsRefusedAtOnceWithTheSettingThatChangesIt)
{
    for (const auto& more : {arguments{}, arguments{"--workers", "2"}}) {
        auto server = serve(more); // as with one process, as with several
        for (const auto& words : {arguments{"serve"}, arguments{"serve", "--workers", "2"}}) {
            auto same_metrics = refused(words, {{"PORT", std::to_string(testing::free_port())},
                                                {"LIGHTDASH_PROMETHEUS_PORT", std::to_string(port_)}});
            EXPECT_EQ(same_metrics.wait(10s), 2);
            EXPECT_THAT(same_metrics.err(),
                        AllOf(HasSubstr("port " + std::to_string(port_) + ": Address already in use"),
                              HasSubstr("LIGHTDASH_PROMETHEUS_PORT chooses another")));
            auto same_port =
                refused(words, {{"PORT", std::to_string(server.port())}, {"LIGHTDASH_PROMETHEUS_PORT", "0"}});
            EXPECT_EQ(same_port.wait(10s), 2);
            EXPECT_THAT(same_port.err(), AllOf(HasSubstr("Address already in use"), HasSubstr("--port or PORT")));
        }
        EXPECT_EQ(server.stop(), 0);
    }
}

TEST_F(Metrics, WorkersThatMayTakeAnyFreePortTakeTheSame)
{
    backend_process server{{"serve", "--workers", "2", "--port", "0"},
                           {{"DATABASE_URL", cluster_->postgres().conninfo()}, {"LIGHTDASH_PROMETHEUS_PORT", "0"}}};
    server.wait_for_line("Serving on");
    const auto said = server.err();
    const auto port = static_cast<std::uint16_t>(std::stoi(said.substr(said.find("127.0.0.1:") + 10)));
    const auto workers = children_of(server.pid());
    ASSERT_EQ(workers.size(), 2u);
    EXPECT_TRUE(eventually(20s, [&] {
        const auto listeners = ops::run(
            {.argv = {"/bin/sh", "-c",
                      "grep -c ' 0100007F:" + fmt::format("{:04X}", port) + " 00000000:0000 0A ' /proc/net/tcp"}},
            5s);
        return listeners.output == "2\n";
    }));
    EXPECT_EQ(http_get(port, "/api/v1/livez").status, 200);
    EXPECT_EQ(server.stop(), 0);
}

} // namespace
} // namespace lightdash
