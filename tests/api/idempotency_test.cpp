// Idempotency-Key over HTTP.
#include "api/api_server.hpp"
#include "support/eventually.hpp"

#include <boost/json.hpp>

#include <mutex>
#include <set>
#include <thread>

namespace lightdash {
namespace {

using namespace std::chrono_literals;

class IdempotencyKeys : public testing::ApiTest {
protected:
    static testing::api_answer create(std::string_view as, const std::string& key, const std::string& name)
    {
        return server().send(as, "POST", "/api/v1/projects/" + server().project() + "/dashboards",
                             R"({"name":")" + name + R"(","tiles":[]})", {{"Idempotency-Key", key}});
    }
    static std::string dashboards(const std::string& name)
    {
        return server().database().value("select count(*) from dashboards where name = " + testing::sql_literal(name));
    }
};

TEST_F(IdempotencyKeys, OfFiftyEqualRequestsAtOnceOneIsCarriedOutAndAllAreAnsweredAlike)
{
    std::mutex mutex;
    std::set<std::string> bodies;
    int replayed = 0;
    std::vector<std::thread> clients;
    for (int i = 0; i < 50; ++i)
        clients.emplace_back([&] {
            auto answer = create("admin", "fifty", "Fifty");
            (void)testing::eventually(60s, [&] { // as a client does that honours Retry-After
                if (answer.status == 409 || answer.status == 503)
                    answer = create("admin", "fifty", "Fifty");
                return answer.status == 201;
            });
            const std::lock_guard lock{mutex};
            EXPECT_EQ(answer.status, 201) << answer.raw.body;
            bodies.insert(answer.raw.body + answer.raw.header("Location"));
            replayed += answer.raw.has_header("Idempotent-Replayed");
        });
    for (auto& client : clients)
        client.join();
    EXPECT_EQ(bodies.size(), 1U);
    EXPECT_EQ(replayed, 49);
    EXPECT_EQ(dashboards("Fifty"), "1");
}

TEST_F(IdempotencyKeys, BelongToOneUser)
{
    EXPECT_EQ(create("admin", "mine", "Mine").status, 201);
    const auto other = create("editor", "mine", "Mine");
    EXPECT_EQ(other.status, 201);
    EXPECT_FALSE(other.raw.has_header("Idempotent-Replayed"));
    EXPECT_EQ(dashboards("Mine"), "2");
    EXPECT_EQ(create("", "mine", "Mine").status, 401);
    EXPECT_EQ(create("stranger", "mine", "Mine").status, 403);
}

TEST_F(IdempotencyKeys, AreRefusedForAnotherBodyAndWhenTheyAreNone)
{
    EXPECT_EQ(create("admin", "body", "Body").status, 201);
    const auto other = create("admin", "body", "Other");
    EXPECT_EQ(other.status, 422);
    EXPECT_EQ(other.error_name(), "ValidateError");
    EXPECT_EQ(create("admin", "a key with spaces", "Other").status, 400);
    const auto two =
        server().send("admin", "POST", "/api/v1/projects/" + server().project() + "/dashboards",
                      R"({"name":"Other","tiles":[]})", {{"Idempotency-Key", "a"}, {"Idempotency-Key", "b"}});
    EXPECT_EQ(two.status, 400) << two.raw.body;
    EXPECT_EQ(dashboards("Other"), "0");
}

TEST_F(IdempotencyKeys, AreDescribedAtEveryPostThatNeedsARight)
{
    const auto description = server().get("", "/api/docs/openapi.json").body;
    int found = 0;
    for (const auto& path : description.at("paths").as_object()) {
        for (const auto& operation : path.value().as_object()) {
            const auto& what = operation.value().as_object();
            const bool takes_key = boost::json::serialize(what).find("Idempotency-Key") != std::string::npos;
            const bool is_open = what.contains("security");
            EXPECT_TRUE(!takes_key || (operation.key() == "post" && !is_open)) << operation.key() << path.key();
            found += takes_key;
        }
    }
    EXPECT_GE(found, 3);
}

} // namespace
} // namespace lightdash
