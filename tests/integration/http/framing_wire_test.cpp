#include "integration/http/running_server.hpp"
#include "support/http_client.hpp"
#include "unit/http/framing_vectors.hpp"

#include <gtest/gtest.h>

namespace lightdash::http {
namespace {

using testing::framing_vector;
using testing::http_client;

class OnTheWire : public ::testing::TestWithParam<framing_vector> {
protected:
    static void SetUpTestSuite() { server_ = new running_server; }
    static void TearDownTestSuite()
    {
        delete server_;
        server_ = nullptr;
    }
    static inline running_server* server_ = nullptr;

    // One answer; after a refusal nothing more, after a success the connection serves the next request.
    static void check(http_client& client, int status)
    {
        const auto answer = client.read();
        EXPECT_EQ(answer.status, status);
        const bool http_1_0 = GetParam().bytes.find("HTTP/1.0") != std::string::npos;
        if (status == 200 && !http_1_0) {
            EXPECT_FALSE(answer.has_header("Connection"));
            EXPECT_EQ(client.get("/hello").status, 200) << "bytes were left on the connection";
            return;
        }
        EXPECT_EQ(answer.header("Connection"), "close");
        EXPECT_TRUE(client.closed_within(std::chrono::seconds{3}))
            << "a second answer came, or the connection stayed open";
        if (status != 200) {
            EXPECT_NE(answer.body.find(R"("status":"error")"), std::string::npos) << answer.body;
        }
    }
};

TEST_P(OnTheWire, IsAnsweredAsPromisedWhenWhole)
{
    http_client client{server_->port()};
    client.send(GetParam().bytes);
    check(client, GetParam().status);
}

TEST_P(OnTheWire, IsAnsweredAsPromisedByteByByte)
{
    http_client client{server_->port()};
    const auto& bytes = GetParam().bytes;
    const std::size_t in_pieces =
        bytes.size() > 2000 ? 600 : bytes.size(); // large ones: their start, and the rest at once
    try {
        for (std::size_t at = 0; at < in_pieces; ++at)
            client.send(std::string_view{bytes}.substr(at, 1));
        client.send(std::string_view{bytes}.substr(in_pieces));
    } catch (const std::runtime_error&) {
        // refused before the last byte
    }
    check(client, GetParam().status);
}

INSTANTIATE_TEST_SUITE_P(Framing, OnTheWire, ::testing::ValuesIn(testing::framing_vectors()),
                         [](const auto& info) { return info.param.name; });

TEST(Smuggling, TrailersDoNotReachTheHandler)
{
    running_server server;
    http_client client{server.port()};
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                "2\r\nhi\r\n0\r\nAuthorization: ApiKey stolen\r\nHost: b\r\n\r\n");
    const auto answer = client.read();
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "hi");
    EXPECT_EQ(answer.header("X-Host"), "a");
    EXPECT_EQ(answer.header("X-Authorization"), "");
}

TEST(Smuggling, ABodyIsNeverReadAsTheNextRequest)
{
    running_server server;
    http_client client{server.port()};
    const std::string inner = "GET /throws HTTP/1.1\r\nHost: a\r\n\r\n";
    client.send("GET /hello HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(inner.size()) + "\r\n\r\n" +
                inner);
    EXPECT_EQ(client.read().status, 200);
    EXPECT_EQ(client.get("/hello").status, 200);
    const auto seen = server.requests(2);
    ASSERT_EQ(seen.size(), 2U);
    EXPECT_EQ(seen[1].target, "/hello");
}

} // namespace
} // namespace lightdash::http
