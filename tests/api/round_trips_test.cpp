// How often a request goes to PostgreSQL and back: at most four times, however many rows there are.
#include "api/api_routes.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <optional>

namespace lightdash {
namespace {

constexpr std::size_t most = 4;

class RoundTrips : public ::testing::Test {
protected:
    static void SetUpTestSuite() { server_.emplace(true); }
    static void TearDownTestSuite() { server_.reset(); }
    static testing::api_server& server() { return *server_; }

    // The fewest of a few requests, and of some more when those took more than they may: what the server does beside
    // them (it looks at its database each second, and begins with a query that was asked) only adds.
    static std::size_t of(const testing::api_route& route, std::size_t may_take)
    {
        std::size_t fewest = 1000;
        for (int i = 0; i < 4 || (i < 20 && fewest > may_take); ++i) {
            const auto asked = testing::request_for(server(), route);
            const auto before = server().round_trips();
            const auto answer = server().send("admin", route.method, asked.target, asked.body);
            fewest = std::min(fewest, server().round_trips() - before);
            EXPECT_EQ(answer.status, route.success) << route.method << ' ' << route.pattern << ' ' << answer.raw.body;
        }
        return fewest;
    }
    // `before`: what each took then.
    static std::map<std::string, std::size_t> of_every_route(const std::map<std::string, std::size_t>& before = {})
    {
        std::map<std::string, std::size_t> counted;
        for (const auto& route : testing::described_routes(server())) {
            const auto name = route.method + ' ' + route.pattern;
            counted.emplace(name, of(route, before.empty() ? most : before.at(name)));
        }
        return counted;
    }

private:
    static inline std::optional<testing::api_server> server_;
};

TEST_F(RoundTrips, AreAtMostFourForEveryRouteAndNoMoreWhenThereAreMoreRows)
{
    const auto few = of_every_route();
    std::size_t reads = 0;
    for (const auto& [route, trips] : few) {
        EXPECT_LE(trips, most) << route;
        reads += route.starts_with("GET") && trips > 0;
    }
    EXPECT_GT(reads, 5U) << "the proxy counts";

    std::string tiles;
    for (int y = 0; y < 60; ++y)
        tiles += (y > 0 ? "," : "") + (R"({"type":"markdown","x":0,"y":)" + std::to_string(y)) +
                 R"(,"w":12,"h":1,"properties":{"title":"T","content":"C"}})";
    const auto in_project = "/api/v1/projects/" + server().project();
    for (int i = 0; i < 60; ++i)
        ASSERT_LT(server()
                      .post("admin", in_project + "/dashboards",
                            R"({"name":"Many )" + std::to_string(i) + R"(","tiles":[)" + tiles + "]}")
                      .status,
                  300);
    const auto many = of_every_route(few);
    for (const auto& [route, trips] : many)
        EXPECT_LE(trips, few.at(route)) << route;
}

} // namespace
} // namespace lightdash
