// Who sends or reads slowly, or only half.
#include "integration/http/running_server.hpp"
#include "support/eventually.hpp"
#include "support/http_client.hpp"

#include <gtest/gtest.h>

namespace lightdash::http {
namespace {

using testing::http_client;
using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

// Sends `size` bytes, `piece` of them every 20 ms.
void send_slowly(http_client& client, std::size_t size, std::size_t piece)
{
    for (std::size_t sent = 0; sent < size; sent += piece) {
        client.send(std::string(std::min(piece, size - sent), 'x'));
        std::this_thread::sleep_for(20ms);
    }
}

TEST(BodyClock, EndsABodyThatComesTooSlowly)
{
    limits allowed;
    allowed.body_time = 300ms;
    running_server server{allowed};
    http_client client{server.port()};
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
    EXPECT_EQ(client.read().status, 408);
    EXPECT_TRUE(client.closed_within(3s));
}

TEST(BodyClock, CountsWhatCameAndNotWhatWasAnnounced)
{
    limits allowed;
    allowed.body_time = 300ms;
    allowed.minimum_rate = 1000;
    running_server server{allowed};
    http_client client{server.port()};
    const auto began = clock::now();
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5000000\r\n\r\nx");
    EXPECT_EQ(client.read().status, 408);
    EXPECT_LT(clock::now() - began, 2s);
}

TEST(BodyClock, GivesABodyThatComesAtTheMinimumRateAllItsTime)
{
    limits allowed;
    allowed.body_time = 400ms;
    allowed.minimum_rate = 1000;
    running_server server{allowed};
    http_client client{server.port()};
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4000\r\n\r\n");
    send_slowly(client, 4000, 60); // 3,000 bytes a second: 1.3 s
    EXPECT_EQ(client.read().status, 200);
}

TEST(BodyClock, IsNotBoughtByAByteNowAndThen)
{
    limits allowed;
    allowed.body_time = 300ms;
    allowed.minimum_rate = 1000;
    running_server server{allowed};
    http_client client{server.port()};
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
    const auto began = clock::now();
    try {
        while (clock::now() - began < 3s && server.requests(0).empty()) {
            client.send("1\r\nx\r\n"); // 300 bytes a second, and six a byte
            std::this_thread::sleep_for(20ms);
        }
    } catch (const std::runtime_error&) {
        // closed
    }
    ASSERT_FALSE(server.requests(1).empty());
    EXPECT_EQ(server.requests(1)[0].status, 408);
}

TEST(BodyClock, IsNotTheRequestsDeadline)
{
    limits allowed;
    allowed.request_time = 300ms;
    running_server server{allowed};
    http_client client{server.port()};
    client.send("POST /queue HTTP/1.1\r\nHost: a\r\nContent-Length: 4000\r\n\r\n");
    send_slowly(client, 4000, 80); // 1 s
    EXPECT_EQ(client.read().status, 200);
    EXPECT_EQ(client.get("/slow/5000").status, 504);
}

TEST(BodyMemory, IsBoundedForAllBodiesTogether)
{
    limits allowed;
    allowed.body_memory = 400'000;
    running_server server{allowed};
    http_client one{server.port()}, two{server.port()}, small{server.port()};
    const auto begin = [](http_client& client) {
        client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 200001\r\n\r\n" + std::string(200'000, 'x'));
    };
    begin(one);
    ASSERT_TRUE(testing::eventually(5s, [&] { return server.stats().body_bytes >= 200'000; }));
    begin(two);
    const auto refused = two.read();
    EXPECT_EQ(refused.status, 503);
    EXPECT_TRUE(refused.has_header("Retry-After"));
    EXPECT_TRUE(two.closed_within(3s));
    EXPECT_EQ(server.stats().too_many_bodies, 1U);
    EXPECT_EQ(small.request("POST", "/echo", {}, std::string(10'000, 'x')).status, 200) << "a part is for small ones";
    one.send("x");
    EXPECT_EQ(one.read().status, 200);
    EXPECT_EQ(server.stats().body_bytes, 0U);
}

TEST(BodyMemory, IsGivenBackByWhoeverLeaves)
{
    running_server server;
    {
        http_client client{server.port()};
        client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2000\r\n\r\n" + std::string(1000, 'x'));
        ASSERT_TRUE(testing::eventually(5s, [&] { return server.stats().body_bytes == 1000; }));
    }
    EXPECT_TRUE(testing::eventually(5s, [&] { return server.stats().body_bytes == 0; }));
    EXPECT_EQ(server.stats().body_bytes, 0U);
}

TEST(SlowReader, IsCutOffAndH12SeesAResetInsteadOfAWholeAnswer)
{
    limits allowed;
    allowed.write_stall = 200ms;
    running_server server{allowed};
    http_client client{server.port(), 5s};
    client.send("GET /large?bytes=50000000 HTTP/1.1\r\nHost: a\r\n\r\n");
    std::this_thread::sleep_for(1s);
    EXPECT_EQ(server.stats().connections, 0U);
    EXPECT_EQ(server.stats().client_left, 1U);
    EXPECT_LT(client.read_until_closed().size(), 50'000'000U);
    EXPECT_TRUE(client.was_reset());
}

TEST(SlowReader, IsCutOffThoughTheKernelTookItsWholeAnswer)
{
    limits allowed;
    allowed.write_stall = 300ms;
    running_server server{allowed};
    http_client client{server.port(), 5s};
    client.send("GET /large?bytes=1500000 HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_TRUE(testing::eventually(5s, [&] { return server.stats().client_left != 0; }));
    EXPECT_EQ(server.stats().client_left, 1U);
    EXPECT_LT(client.read_until_closed().size(), 1'500'000U);
    EXPECT_TRUE(client.was_reset());
}

TEST(SlowReader, IsServedAsLongAsItTakesAnything)
{
    limits allowed;
    allowed.write_stall = 1500ms; // in which 64 KiB, a step of its kernel, are read several times
    running_server server{allowed};
    http_client client{server.port()};
    client.send("GET /large?bytes=3000000 HTTP/1.1\r\nHost: a\r\n\r\n");
    const auto began = clock::now();
    std::size_t taken = 0;
    while (clock::now() - began < 6s) { // 200 KB/s: far longer than the stall, far less than it takes to free a third
        taken += client.read_some(4000);
        std::this_thread::sleep_for(20ms);
    }
    EXPECT_EQ(server.stats().client_left, 0U);
    EXPECT_GT(taken, 400'000U);
    EXPECT_EQ(client.read().body.size(), 3'000'000U);
}

TEST(SlowReader, IsServedWhenItReadsAtAll)
{
    running_server server;
    http_client client{server.port()};
    client.send("GET /large?bytes=20000000 HTTP/1.1\r\nHost: a\r\n\r\n");
    std::this_thread::sleep_for(300ms);
    EXPECT_EQ(client.read().body.size(), 20'000'000U);
    EXPECT_EQ(client.get("/hello").status, 200);
}

TEST(HalfClosed, AClientThatSendsNoMoreGetsItsAnswer)
{
    running_server server;
    for (const std::string version : {"1.1", "1.0"}) {
        http_client client{server.port()};
        client.send("GET /slow/600 HTTP/" + version + "\r\nHost: a\r\n\r\n");
        client.shutdown_send();
        const auto all = client.read_until_closed();
        EXPECT_NE(all.find("HTTP/1.1 200 OK\r\n"), std::string::npos) << all;
        EXPECT_TRUE(all.ends_with(R"({"status":"ok"})")) << all;
        EXPECT_FALSE(client.was_reset());
    }
    EXPECT_EQ(server.cancelled, 0);
    EXPECT_EQ(server.stats().client_left, 0U);
}

TEST(HalfClosed, AClientThatIsGoneIsStillNoticed)
{
    running_server server;
    {
        http_client client{server.port()};
        client.send("GET /slow/20000 HTTP/1.1\r\nHost: a\r\n\r\n");
        ASSERT_TRUE(testing::eventually(5s, [&] { return server.running_slowly != 0; }));
    }
    EXPECT_TRUE(testing::eventually(3s, [&] { return server.cancelled != 0; }));
    EXPECT_EQ(server.cancelled, 1);
    const auto seen = server.requests(1);
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_EQ(seen[0].status, 499U);
}

} // namespace
} // namespace lightdash::http
