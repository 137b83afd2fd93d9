#include "integration/http/running_server.hpp"
#include "support/eventually.hpp"
#include "support/http_client.hpp"

#include <gtest/gtest.h>

#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

namespace lightdash::http {
namespace {

using testing::http_client;
using testing::http_headers;
using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

const std::string head = "GET /hello HTTP/1.1\r\nHost: a\r\n";

const http_headers known{{"Authorization", "ApiKey known"}};

TEST(HeaderClock, IsNotResetByEveryByte)
{
    limits allowed;
    allowed.header_time = 300ms;
    running_server server{allowed};
    http_client client{server.port()};
    const auto began = clock::now();
    for (char c : head + std::string(200, 'x')) {
        if (!server.requests(0).empty())
            break;
        client.send({&c, 1});
        std::this_thread::sleep_for(20ms);
    }
    const auto refused_after = clock::now() - began;
    EXPECT_GE(refused_after, 290ms);
    EXPECT_LT(refused_after, 2s);
    EXPECT_EQ(client.read().status, 408);
    EXPECT_TRUE(client.closed_within(3s));
}

TEST(HeaderClock, StartsAnewForTheNextRequest)
{
    limits allowed;
    allowed.header_time = 300ms;
    running_server server{allowed};
    http_client client{server.port()};
    for (int i = 0; i < 3; ++i) {
        client.send(head);
        std::this_thread::sleep_for(180ms);
        client.send("\r\n");
        EXPECT_EQ(client.read().status, 200);
    }
}

TEST(IdleConnections, AreClosedSilentlyAfterTheirTime)
{
    limits allowed;
    allowed.idle_time = 200ms;
    running_server server{allowed};
    http_client used{server.port()}, fresh{server.port()};
    EXPECT_EQ(used.get("/hello").status, 200);
    EXPECT_TRUE(used.closed_within(2s));
    EXPECT_TRUE(fresh.closed_within(2s));
}

TEST(IdleConnections, GetLessTimeWhenManyAreOpen)
{
    limits allowed;
    allowed.connections = 5;
    allowed.idle_time = 60s;
    allowed.idle_time_crowded = 200ms;
    running_server server{allowed};
    std::vector<std::unique_ptr<http_client>> clients;
    for (int i = 0; i < 4; ++i)
        clients.push_back(std::make_unique<http_client>(server.port()));
    EXPECT_EQ(clients[0]->get("/hello").status, 200);
    EXPECT_FALSE(clients[0]->closed_within(500ms)) << "80 % is not yet crowded";
    clients.push_back(std::make_unique<http_client>(server.port()));
    EXPECT_TRUE(clients[0]->closed_within(3s));
}

TEST(Connections, BeyondTheLimitAreToldSoAndClosed)
{
    limits allowed;
    allowed.connections = 2;
    running_server server{allowed};
    http_client one{server.port()}, two{server.port()};
    EXPECT_EQ(one.get("/member", known).status, 200);
    EXPECT_EQ(two.get("/member", known).status, 200);
    http_client three{server.port()};
    three.send(head + "\r\n");
    const auto answer = three.read();
    EXPECT_EQ(answer.status, 503);
    EXPECT_EQ(answer.header("Connection"), "close");
    EXPECT_TRUE(answer.has_header("Retry-After"));
    EXPECT_TRUE(three.closed_within(3s));
    EXPECT_EQ(server.stats().refused, 1U);
    EXPECT_EQ(one.get("/hello").status, 200) << "the others are served on";
}

TEST(Connections, OfStrangersMakeRoomTheLeastRecentlyAnsweredFirst)
{
    limits allowed;
    allowed.connections = 4;
    running_server server{allowed};
    http_client member{server.port()};
    EXPECT_EQ(member.get("/member", known).status, 200);
    http_client silent{server.port()}, half_a_head{server.port()}, waiting{server.port()};
    EXPECT_EQ(silent.get("/hello").status, 200);
    half_a_head.send("GET /hel");
    waiting.send("GET /slow/1500 HTTP/1.1\r\nHost: a\r\n\r\n");
    ASSERT_TRUE(testing::eventually(5s, [&] { return server.running_slowly != 0; }));

    http_client newcomer{server.port()};
    EXPECT_EQ(newcomer.get("/member", {{"Authorization", "ApiKey asked"}}).status, 200);
    EXPECT_TRUE(half_a_head.closed_within(3s)) << "was never answered";
    EXPECT_EQ(server.stats().evicted, 1U);
    http_client another{server.port()};
    EXPECT_EQ(another.get("/member", known).status, 200);
    EXPECT_TRUE(silent.closed_within(3s));

    http_client one_too_many{server.port()};
    EXPECT_EQ(one_too_many.get("/hello").status, 503) << "one is being answered, the others are known";
    EXPECT_EQ(waiting.read().status, 200);
    EXPECT_EQ(member.get("/hello").status, 200);
    EXPECT_EQ(newcomer.get("/hello").status, 200);
}

// Takes every descriptor that the process may still open.
struct exhaustion {
    exhaustion()
    {
        ::getrlimit(RLIMIT_NOFILE, &before);
        rlimit tight = before;
        tight.rlim_cur = 256;
        ::setrlimit(RLIMIT_NOFILE, &tight);
        for (int fd; (fd = ::socket(AF_INET, SOCK_STREAM, 0)) >= 0;)
            taken.push_back(fd);
    }
    ~exhaustion()
    {
        for (int fd : taken)
            ::close(fd);
        ::setrlimit(RLIMIT_NOFILE, &before);
    }
    void give_back(int count)
    {
        for (; count > 0; --count) {
            ::close(taken.back());
            taken.pop_back();
        }
    }
    rlimit before{};
    std::vector<int> taken;
};

[[maybe_unused]] double cpu_seconds()
{
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    const auto seconds = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
    };
    return seconds(used.ru_utime) + seconds(used.ru_stime);
}

// Not under UBSan: its check of virtual calls opens a pipe, and reports an error when there is no descriptor for it.
#if !__has_feature(undefined_behavior_sanitizer)
TEST(Descriptors, RunningOutOfThemPausesAcceptingWithoutSpinning)
{
    running_server server;
    exhaustion none_left;
    none_left.give_back(1); // the client takes it: nothing is left for the server's side
    http_client refused{server.port(), 3s};
    const auto before = cpu_seconds();
    std::this_thread::sleep_for(500ms);
    EXPECT_LT(cpu_seconds() - before, 0.1);
    const auto paused = server.stats().accept_pauses;
    EXPECT_GE(paused, 2U);
    EXPECT_LE(paused, 10U);
    EXPECT_EQ(refused.read().status, 503) << "the descriptor in reserve serves to say so";

    none_left.give_back(10);
    http_client served{server.port(), 3s};
    EXPECT_EQ(served.get("/hello").status, 200);
}

#endif

TEST(RequestDeadline, AnswersGatewayTimeoutAndCancelsTheHandler)
{
    limits allowed;
    allowed.request_time = 200ms;
    running_server server{allowed};
    http_client client{server.port()};
    const auto began = clock::now();
    const auto answer = client.get("/slow/5000");
    EXPECT_EQ(answer.status, 504);
    EXPECT_LT(clock::now() - began, 2s);
    EXPECT_EQ(server.cancelled, 1);
    EXPECT_EQ(client.get("/hello").status, 200) << "the connection goes on";
    EXPECT_EQ(client.get("/slow/1").status, 200) << "and handlers on it wait again";
    EXPECT_EQ(client.get("/slow/5000").status, 504) << "and are cancelled again";
    EXPECT_EQ(server.cancelled, 2);
}

TEST(RequestDeadline, IsShortenedButNotExtendedByTheClient)
{
    limits allowed;
    allowed.request_time = 400ms;
    running_server server{allowed};
    http_client client{server.port()};
    auto began = clock::now();
    EXPECT_EQ(client.get("/slow/5000", {{"X-Request-Timeout", "0.1"}}).status, 504);
    EXPECT_LT(clock::now() - began, 380ms);
    began = clock::now();
    EXPECT_EQ(client.get("/slow/5000", {{"X-Request-Timeout", "60"}}).status, 504);
    EXPECT_LT(clock::now() - began, 2s);
    EXPECT_EQ(client.get("/hello", {{"X-Request-Timeout", "soon"}}).status, 400);
    EXPECT_EQ(client.get("/hello", {{"X-Request-Timeout", "-1"}}).status, 400);
}

TEST(BodyLimit, RefusesADeclaredLengthBeforeReadingIt)
{
    running_server server;
    http_client client{server.port()};
    client.send("POST /small HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n");
    EXPECT_EQ(client.read().status, 413);
    EXPECT_TRUE(client.closed_within(3s));
    http_client exact{server.port()};
    EXPECT_EQ(exact.request("POST", "/small", {}, std::string(10, 'x')).status, 200);
    EXPECT_EQ(exact.request("POST", "/echo", {}, std::string(11, 'x')).status, 200) << "another route, another limit";
}

TEST(BodyLimit, CountsChunksAsTheyCome)
{
    running_server server;
    http_client client{server.port()};
    std::string chunks;
    for (int i = 0; i < 11; ++i)
        chunks += "1\r\nx\r\n";
    client.send("POST /small HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks);
    EXPECT_EQ(client.read().status, 413);
    EXPECT_TRUE(client.closed_within(3s));
}

TEST(BodyLimit, AnswersEvenWhileTheClientIsStillSending)
{
    running_server server;
    http_client client{server.port()};
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 900000000\r\n\r\n" + std::string(2'000'000, 'x'));
    EXPECT_EQ(client.read().status, 413) << "the answer is not lost in a reset";
}

TEST(LargeBodies, ArriveWhole)
{
    running_server server;
    http_client client{server.port()};
    std::string body;
    while (body.size() < 4'000'000)
        body += std::to_string(body.size());
    EXPECT_EQ(client.request("POST", "/echo", {}, body).body, body);
    EXPECT_EQ(client.request("POST", "/echo", {}, "short").body, "short");
}

TEST(Pipelining, AnswersInOrderBeyondTheDepth)
{
    running_server server;
    http_client client{server.port()};
    std::string all;
    for (int i = 0; i < 100; ++i)
        all += "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(std::to_string(i).size()) +
               "\r\n\r\n" + std::to_string(i);
    client.send(all);
    for (int i = 0; i < 100; ++i)
        EXPECT_EQ(client.read().body, std::to_string(i));
}

TEST(Pipelining, KeepsTheOrderAcrossSlowHandlers)
{
    running_server server;
    http_client client{server.port()};
    client.send(head + "\r\nGET /slow/150 HTTP/1.1\r\nHost: a\r\n\r\nGET /throws HTTP/1.1\r\nHost: a\r\n\r\n");
    const auto began = clock::now();
    EXPECT_EQ(client.read().status, 200);
    EXPECT_LT(clock::now() - began, 120ms) << "an answer does not wait for the slow one behind it";
    EXPECT_EQ(client.read().status, 200);
    EXPECT_EQ(client.read().status, 404);
}

TEST(RequestsPerConnection, CloseItWithTheLastOne)
{
    limits allowed;
    allowed.requests_per_connection = 2;
    running_server server{allowed};
    http_client client{server.port()};
    EXPECT_FALSE(client.get("/hello").has_header("Connection"));
    EXPECT_EQ(client.get("/hello").header("Connection"), "close");
    EXPECT_TRUE(client.closed_within(2s));
}

} // namespace
} // namespace lightdash::http
