#include "integration/http/running_server.hpp"
#include "support/eventually.hpp"
#include "support/http_client.hpp"

#include <gtest/gtest.h>

namespace lightdash::http {
namespace {

using testing::http_client;
using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

template <class Condition>
bool becomes_true(Condition condition, std::chrono::milliseconds limit = 3s)
{
    return testing::eventually(limit, condition);
}

TEST(Responses, AlwaysCarryTheSameFields)
{
    running_server server;
    http_client client{server.port()};
    for (const auto* target : {"/hello", "/throws", "/nowhere", "/throws-int"}) {
        const auto answer = client.get(target);
        EXPECT_EQ(answer.header("Content-Type"), "application/json; charset=utf-8") << target;
        EXPECT_EQ(answer.header("Content-Length"), std::to_string(answer.body.size()));
        EXPECT_EQ(answer.header("Lightdash-Version"), "1.2.3");
        EXPECT_EQ(answer.header("Server"), "lightdash");
        EXPECT_EQ(answer.header("Cache-Control"), "no-store");
        EXPECT_EQ(answer.header("X-Content-Type-Options"), "nosniff");
        EXPECT_EQ(answer.header("Content-Security-Policy"), "default-src 'none'; frame-ancestors 'none'");
        EXPECT_EQ(answer.header("Referrer-Policy"), "no-referrer");
        EXPECT_EQ(answer.header("X-Request-Id").size(), 32U);
        EXPECT_EQ(answer.header("Date").size(), 29U);
        EXPECT_TRUE(answer.header("Date").ends_with(" GMT")) << answer.header("Date");
    }
    EXPECT_EQ(client.get("/cached").header("Cache-Control"), "max-age=5");
}

TEST(Responses, RefuseHeaderValuesThatBreakTheirLine)
{
    running_server server;
    http_client client{server.port()};
    const auto answer = client.get("/split");
    EXPECT_EQ(answer.status, 500);
    EXPECT_FALSE(answer.has_header("Set-Cookie"));
}

TEST(Responses, ToHeadHaveTheLengthButNoBody)
{
    running_server server;
    http_client client{server.port()};
    const auto get = client.get("/hello");
    const auto head = client.request("HEAD", "/hello");
    EXPECT_EQ(head.status, 200);
    EXPECT_EQ(head.header("Content-Length"), get.header("Content-Length"));
    EXPECT_EQ(client.request("HEAD", "/nowhere").status, 404);
    EXPECT_EQ(client.get("/hello").status, 200) << "no body was left on the connection";
}

TEST(Responses, ToHttp10CloseUnlessAskedToStay)
{
    running_server server;
    http_client stays{server.port()};
    stays.send("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_EQ(stays.read().header("Connection"), "keep-alive");
    stays.send("GET /hello HTTP/1.0\r\n\r\n");
    EXPECT_EQ(stays.read().header("Connection"), "close");
    EXPECT_TRUE(stays.closed_within(2s));
}

TEST(Routing, AnswersWhatNoHandlerSees)
{
    running_server server;
    http_client client{server.port()};
    EXPECT_EQ(client.get("/nowhere").status, 404);
    const auto wrong = client.request("DELETE", "/echo");
    EXPECT_EQ(wrong.status, 405);
    EXPECT_EQ(wrong.header("Allow"), "GET, HEAD, POST, OPTIONS");
    const auto options = client.request("OPTIONS", "/echo");
    EXPECT_EQ(options.status, 204);
    EXPECT_EQ(options.header("Allow"), "GET, HEAD, POST, OPTIONS");
    EXPECT_FALSE(options.has_header("Content-Length"));
    EXPECT_EQ(client.request("OPTIONS", "*").status, 204);
    EXPECT_EQ(client.request("OPTIONS", "/nowhere").status, 404);
    EXPECT_EQ(client.request("POST", "/nowhere", {}, "a body").status, 404);
    EXPECT_EQ(client.request("POST", "/json", {{"Content-Type", "text/plain"}}, "{}").status, 415);
    EXPECT_EQ(client.request("POST", "/json", {{"Content-Type", "application/json"}}, "{").status, 400);
    EXPECT_EQ(client.request("POST", "/json", {{"Content-Type", "application/json"}}, "{}").status, 200);
}

TEST(Routing, RefusesRequestsThatAcceptNoJson)
{
    running_server server;
    http_client client{server.port()};
    for (const auto* accept :
         {"*/*", "application/json", "application/*", "text/html, APPLICATION/JSON;q=0.1", "text/html,*/*;q=0.8"})
        EXPECT_EQ(client.get("/hello", {{"Accept", accept}}).status, 200) << accept;
    for (const auto* accept :
         {"text/html", "application/json;q=0", "application/xml", "text/*, application/json;q=0.0"})
        EXPECT_EQ(client.get("/hello", {{"Accept", accept}}).status, 406) << accept;
}

TEST(RequestIds, AreTakenFromTheClientWhenTheyAreHarmless)
{
    running_server server;
    http_client client{server.port()};
    EXPECT_EQ(client.get("/hello", {{"X-Request-Id", "abc-1.2_3"}}).header("X-Request-Id"), "abc-1.2_3");
    EXPECT_EQ(client.get("/hello", {{"X-Request-Id", "a b"}}).header("X-Request-Id").size(), 32U);
    EXPECT_EQ(client.get("/hello", {{"X-Request-Id", std::string(129, 'a')}}).header("X-Request-Id").size(), 32U);
    const auto failed = client.get("/throws", {{"X-Request-Id", "find-me"}});
    EXPECT_NE(failed.body.find("find-me"), std::string::npos);
    EXPECT_NE(client.get("/hello").header("X-Request-Id"), client.get("/hello").header("X-Request-Id"));
}

TEST(Handlers, ThatThrowAreAnsweredAndHarmNobody)
{
    running_server server;
    http_client client{server.port()};
    EXPECT_EQ(client.get("/throws").status, 404);
    EXPECT_EQ(client.get("/throws-int").status, 500);
    EXPECT_EQ(client.get("/fails-later").status, 409); // H12: the answer is made before its first byte is sent
    EXPECT_EQ(client.get("/hello").status, 200);
    const auto seen = server.requests(4);
    ASSERT_EQ(seen.size(), 4U);
    EXPECT_EQ(seen[0].error_name, to_string(error_kind::not_found));
    EXPECT_EQ(seen[1].error_name, to_string(error_kind::internal));
}

TEST(AccessRecords, AreWrittenOncePerRequestAlsoWhenRefused)
{
    running_server server;
    {
        http_client client{server.port()};
        client.get("/slow/1?x=1");
        client.get("/nowhere");
        client.send("nonsense\r\n\r\n");
        client.read();
    }
    const auto seen = server.requests(3);
    ASSERT_EQ(seen.size(), 3U);
    EXPECT_EQ(seen[0].status, 200U);
    EXPECT_EQ(seen[0].target, "/slow/1?x=1");
    EXPECT_EQ(seen[0].route, "/slow/{milliseconds}");
    EXPECT_GT(seen[0].request_bytes, 30U);
    EXPECT_GT(seen[0].response_bytes, 100U);
    EXPECT_EQ(seen[1].status, 404U);
    EXPECT_EQ(seen[1].route, "");
    EXPECT_EQ(seen[2].status, 400U);
    EXPECT_EQ(seen[2].target, "");
    EXPECT_EQ(server.stats().bad_requests, 1U);
}

TEST(AClientThatLeaves, HasItsHandlerCancelledSoon)
{
    running_server server;
    const auto check = [&](auto leave, std::size_t nth) {
        auto client = std::make_unique<http_client>(server.port());
        client->send("GET /slow/10000 HTTP/1.1\r\nHost: a\r\n\r\n");
        ASSERT_TRUE(becomes_true([&] { return server.running_slowly == 1; }));
        const auto left = clock::now();
        leave(client);
        EXPECT_TRUE(becomes_true([&] { return server.running_slowly == 0; }));
        EXPECT_LT(clock::now() - left, 600ms);
        const auto seen = server.requests(nth);
        ASSERT_EQ(seen.size(), nth);
        EXPECT_EQ(seen.back().status, 499U);
        EXPECT_TRUE(seen.back().client_left);
        EXPECT_EQ(server.stats().client_left, nth);
    };
    check([](auto& client) { client.reset(); }, 1);
    check([](auto& client) { client->reset(); }, 2);
    check(
        [](auto& client) {
            client->send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
            client.reset(); // its FIN alone would say only that it sends no more (RFC 9112 9.6)
        },
        3);
    EXPECT_TRUE(becomes_true([&] { return server.stats().connections == 0; }));
    http_client other{server.port()};
    EXPECT_EQ(other.get("/hello").status, 200);
}

TEST(AClientThatLeaves, InTheMiddleOfItsRequestIsForgotten)
{
    running_server server;
    for (const auto* part : {"", "GET /he", "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc"}) {
        http_client client{server.port()};
        client.send(part);
        std::this_thread::sleep_for(20ms);
    }
    EXPECT_TRUE(becomes_true([&] { return server.stats().connections == 0; }));
    EXPECT_TRUE(server.requests(0).empty());
}

TEST(Draining, ClosesEachConnectionWithItsNextAnswer)
{
    running_server server;
    http_client client{server.port()};
    EXPECT_FALSE(client.get("/hello").has_header("Connection"));
    server.begin_drain();
    EXPECT_EQ(client.get("/hello").header("Connection"), "close");
    EXPECT_TRUE(client.closed_within(2s));
    http_client late{server.port()};
    EXPECT_EQ(late.get("/hello").status, 200) << "the listener stays open";
}

TEST(Stopping, ClosesIdleConnectionsAtOnce)
{
    running_server server;
    http_client used{server.port()}, fresh{server.port()};
    EXPECT_EQ(used.get("/hello").status, 200);
    ASSERT_TRUE(becomes_true([&] { return server.stats().connections == 2; }));
    const auto began = clock::now();
    auto stopped = server.stop(10s);
    EXPECT_TRUE(used.closed_within(1s));
    EXPECT_TRUE(fresh.closed_within(1s));
    EXPECT_TRUE(stopped.get());
    EXPECT_LT(clock::now() - began, 2s);
    EXPECT_THROW(http_client{server.port()}, std::runtime_error) << "nobody listens any more";
}

TEST(Stopping, FinishesWhatIsUnderWayToTheLastByte)
{
    running_server server;
    http_client slow{server.port()}, half{server.port()}, large{server.port()};
    slow.send("GET /slow/400 HTTP/1.1\r\nHost: a\r\n\r\n");
    half.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe");
    large.send("GET /large?bytes=30000000 HTTP/1.1\r\nHost: a\r\n\r\n");
    ASSERT_TRUE(becomes_true([&] { return server.running_slowly == 1 && server.requests(1).size() == 1; }));
    auto stopped = server.stop(10s);
    std::this_thread::sleep_for(100ms);
    half.send("llo");
    EXPECT_EQ(half.read().body, "hello");
    EXPECT_EQ(large.read().body.size(), 30'000'000U);
    const auto answer = slow.read();
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.header("Connection"), "close");
    EXPECT_TRUE(stopped.get());
}

TEST(Stopping, AnswersRequestsThatArrivedBeforeItBegan)
{
    running_server server;
    std::vector<std::unique_ptr<http_client>> clients;
    for (int i = 0; i < 20; ++i)
        clients.push_back(std::make_unique<http_client>(server.port()));
    // While the loop is held, requests and a new connection pile up; the stop is next in its queue.
    std::promise<void> go_on;
    std::thread holder([&] { server.on_loop([&] { go_on.get_future().wait(); }); });
    std::this_thread::sleep_for(50ms);
    clients.push_back(std::make_unique<http_client>(server.port()));
    for (auto& client : clients)
        client->send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
    auto stopped = server.stop(10s);
    go_on.set_value();
    holder.join();
    for (auto& client : clients)
        EXPECT_EQ(client->read().status, 200);
    EXPECT_TRUE(stopped.get());
}

TEST(Stopping, CancelsWhatIsNotDoneInTime)
{
    running_server server;
    http_client slow{server.port()};
    slow.send("GET /slow/20000 HTTP/1.1\r\nHost: a\r\n\r\n");
    ASSERT_TRUE(becomes_true([&] { return server.running_slowly == 1; }));
    const auto began = clock::now();
    auto stopped = server.stop(300ms);
    EXPECT_EQ(slow.read().status, 503);
    EXPECT_FALSE(stopped.get());
    EXPECT_LT(clock::now() - began, 3s);
    EXPECT_EQ(server.cancelled, 1);
}

TEST(Stopping, H12CutsOffWithAReset)
{
    running_server server;
    http_client client{server.port()};
    client.send("GET /large?bytes=50000000 HTTP/1.1\r\nHost: a\r\n\r\n");
    std::this_thread::sleep_for(200ms); // as much as the sockets hold is on its way
    EXPECT_FALSE(server.stop(100ms).get());
    const auto got = client.read_until_closed();
    EXPECT_LT(got.size(), 50'000'000U);
    EXPECT_TRUE(client.was_reset());
}

TEST(Listening, SaysWhyItCannot)
{
    running_server first;
    asio::io_context io;
    timer_wheel clocks{io};
    const router routes;
    server_options options;
    options.port = first.port();
    server taken{io, clocks, routes, options, nullptr};
    try {
        taken.start();
        ADD_FAILURE();
    } catch (const error& failure) {
        EXPECT_EQ(failure.kind(), error_kind::configuration);
        EXPECT_NE(failure.message().find(std::to_string(first.port())), std::string::npos) << failure.message();
        EXPECT_NE(failure.message().find("in use"), std::string::npos) << failure.message();
    }
    options.host = "not.an.address";
    server unnamed{io, clocks, routes, options, nullptr};
    EXPECT_THROW(unnamed.start(), error);
}

TEST(Listening, SharesAPortBetweenProcessesWhenAsked)
{
    asio::io_context io;
    timer_wheel clocks{io};
    const router routes;
    server_options options;
    options.port = 0;
    options.reuse_port = true;
    server first{io, clocks, routes, options, nullptr};
    first.start();
    options.port = first.port();
    server second{io, clocks, routes, options, nullptr};
    EXPECT_NO_THROW(second.start());
}

} // namespace
} // namespace lightdash::http
