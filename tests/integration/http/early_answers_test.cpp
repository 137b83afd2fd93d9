// What is decided at the head of a request, before its body.
#include "integration/http/running_server.hpp"
#include "support/http_client.hpp"

#include <gtest/gtest.h>

namespace lightdash::http {
namespace {

using testing::http_client;
using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

const std::string head = "GET /hello HTTP/1.1\r\nHost: a\r\n";

TEST(TheHead, DecidesBeforeTheBodyComes)
{
    running_server server;
    const auto answer_to = [&](const std::string& request) {
        http_client client{server.port()};
        client.send(request + "Host: a\r\nContent-Length: 5000000\r\n\r\n{");
        return client.read();
    };
    const std::string token = "Authorization: ApiKey known\r\n";
    const auto stranger = answer_to("POST /member HTTP/1.1\r\nAuthorization: ApiKey x\r\n");
    EXPECT_EQ(stranger.status, 401);
    EXPECT_TRUE(stranger.has_header("WWW-Authenticate"));
    EXPECT_EQ(answer_to("POST /nowhere HTTP/1.1\r\n").status, 404);
    EXPECT_EQ(answer_to("PATCH /member HTTP/1.1\r\n" + token).status, 405);
    EXPECT_EQ(answer_to("POST /member HTTP/1.1\r\nContent-Type: text/plain\r\n" + token).status, 415);
    EXPECT_EQ(answer_to("POST /member HTTP/1.1\r\nAccept: text/html\r\n" + token).status, 406);
    EXPECT_EQ(answer_to("POST /small HTTP/1.1\r\n").status, 413);
    EXPECT_EQ(answer_to("OPTIONS /member HTTP/1.1\r\n").status, 204);
    EXPECT_EQ(server.stats().body_bytes, 0U);
}

TEST(TheHead, DecidesAndTheConnectionGoesOnBehindASmallBody)
{
    running_server server;
    http_client client{server.port()};
    client.send("POST /member HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n");
    const auto refused = client.read();
    EXPECT_EQ(refused.status, 401);
    EXPECT_FALSE(refused.has_header("Connection"));
    client.send("0123456789");
    EXPECT_EQ(client.get("/hello").status, 200);
    client.send("POST /nowhere HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n" +
                head + "\r\n");
    EXPECT_EQ(client.read().status, 404);
    EXPECT_EQ(client.read().status, 200);
}

TEST(TheHead, DecidesAndAnEndlessBodyEndsTheConnectionWithoutASecondAnswer)
{
    limits allowed;
    allowed.body_time = 200ms;
    running_server server{allowed};
    http_client stops{server.port()}, goes_on{server.port()};
    stops.send("POST /member HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n1");
    EXPECT_EQ(stops.read().status, 401);
    EXPECT_TRUE(stops.closed_within(3s));
    goes_on.send("POST /member HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
    EXPECT_EQ(goes_on.read().status, 401);
    goes_on.send("11170\r\n" + std::string(70'000, 'x') + "\r\n");
    EXPECT_TRUE(goes_on.closed_within(3s));
}

TEST(TheHead, IsLookedIntoBeforeABodyIsRead)
{
    running_server server;
    http_client client{server.port()};
    const std::string body(300'000, 'x');
    client.send("POST /member HTTP/1.1\r\nHost: a\r\nAuthorization: ApiKey asked\r\nContent-Type: application/json\r\n"
                "Content-Length: 300000\r\n\r\n" +
                body);
    const auto answer = client.read();
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, body);
}

TEST(Overload, IsRefusedAtTheHeadAndTheConnectionGoesOn)
{
    limits allowed;
    allowed.queueing_requests = 2;
    allowed.queue_delay = 5ms;
    running_server server{allowed};
    std::vector<std::unique_ptr<http_client>> clients;
    for (int i = 0; i < 40; ++i)
        clients.push_back(std::make_unique<http_client>(server.port()));
    int refused = 0;
    const auto until = clock::now() + 10s;
    while (refused == 0 && clock::now() < until) {
        for (const auto& each : clients)
            each->send("POST /queue HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}");
        for (const auto& each : clients) {
            const auto answer = each->read();
            if (answer.status != 503)
                continue;
            ++refused;
            EXPECT_TRUE(answer.has_header("Retry-After"));
            EXPECT_FALSE(answer.has_header("Connection"));
            EXPECT_NE(answer.body.find("OverloadedError"), std::string::npos);
        }
    }
    EXPECT_GT(refused, 0) << "every request waits five times as long as it should";
    EXPECT_GE(server.stats().overloaded, static_cast<std::uint64_t>(refused));
    for (const auto& each : clients)
        EXPECT_EQ(each->get("/hello").status, 200);
}

TEST(Expectation, IsConfirmedOnlyWhenTheBodyIsWelcome)
{
    running_server server;
    http_client client{server.port()};
    client.send("POST /small HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
    EXPECT_EQ(client.read().status, 100);
    client.send("hello");
    const auto answer = client.read();
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "hello");

    http_client too_large{server.port()};
    too_large.send("POST /small HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 500\r\n\r\n");
    EXPECT_EQ(too_large.read().status, 413);
    http_client nowhere{server.port()};
    nowhere.send("POST /nowhere HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
    EXPECT_EQ(nowhere.read().status, 404);
}

TEST(Expectation, IsMetAmongOthersThatNobodyKnows)
{
    running_server server;
    for (const std::string expected :
         {"100-continue, foo=bar", "foo=bar, 100-Continue", "foo\r\nExpect: 100-continue"}) {
        http_client client{server.port()};
        client.send("POST /echo HTTP/1.1\r\nHost: a\r\nExpect: " + expected + "\r\nContent-Length: 5\r\n\r\n");
        EXPECT_EQ(client.read().status, 100) << expected;
        client.send("hello");
        EXPECT_EQ(client.read().body, "hello");
    }
    http_client other{server.port()};
    other.send("POST /echo HTTP/1.1\r\nHost: a\r\nExpect: foo=bar\r\nContent-Length: 5\r\n\r\nhello");
    EXPECT_EQ(other.read().status, 200);
}

TEST(Http10, StaysOpenOnlyWhereItAsksForThat)
{
    running_server server;
    const auto closes = [&](const std::string& fields) {
        http_client client{server.port()};
        client.send("GET /hello HTTP/1.0\r\n" + fields + "\r\n");
        EXPECT_EQ(client.read().status, 200);
        return client.closed_within(1s);
    };
    EXPECT_FALSE(closes("Connection: keep-alive\r\n"));
    EXPECT_FALSE(closes("Connection: foo, Keep-Alive\r\n"));
    EXPECT_TRUE(closes(""));
    EXPECT_TRUE(closes("Proxy-Connection: keep-alive\r\n"));
    EXPECT_TRUE(closes("Connection: keep-alive, close\r\n"));
    EXPECT_TRUE(closes("Connection: keep-alive\r\nConnection: close\r\n"));
}

TEST(HeadRequests, ThatCannotBeReadAreRefusedWithoutABody)
{
    running_server server;
    for (const auto& [request, status] : std::vector<std::pair<std::string, int>>{
             {"HEAD /hello HTTP/1.1\r\n\r\n", 400},
             {"HEAD /hello HTTP/1.1\r\nHost: a\r\nX-Long: " + std::string(20'000, 'x') + "\r\n\r\n", 431},
             {"HEAD /" + std::string(9'000, 'x') + " HTTP/1.1\r\nHost: a\r\n\r\n", 414},
             {"HEAD /a/../b HTTP/1.1\r\nHost: a\r\n\r\n", 400},
             {"HEAD /nowhere HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 404}}) {
        http_client client{server.port()};
        client.send(request);
        const auto all = client.read_until_closed();
        EXPECT_TRUE(all.starts_with("HTTP/1.1 " + std::to_string(status))) << all.substr(0, 100);
        EXPECT_TRUE(all.ends_with("\r\n\r\n")) << all;
    }
}

} // namespace
} // namespace lightdash::http
