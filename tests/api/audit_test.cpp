// The audit log: what it tells, to whom, and how it is filtered.
#include "api/api_server.hpp"

#include <boost/json.hpp>

namespace lightdash {
namespace {

class Audit : public testing::ApiTest {
protected:
    static boost::json::array entries(const std::string& query = {}, std::string_view as = "admin")
    {
        const auto answer = server().get(as, "/api/v1/org/audit-log" + query);
        EXPECT_EQ(answer.status, 200) << answer.raw.body;
        return answer.results().at("data").as_array();
    }
    static void rename(const std::string& name, std::string_view as = "admin")
    {
        ASSERT_EQ(
            server()
                .send(as, "PATCH", "/api/v1/org", R"({"name":")" + name + R"("})", {{"X-Request-Id", "r-" + name}})
                .status,
            200);
    }
};

TEST_F(Audit, TellsAdminsWhoDidWhatWithWhichRequestNewestFirst)
{
    rename("First");
    rename("Second");
    const auto told = entries();
    ASSERT_GE(told.size(), 2U);
    const auto& newest = told[0];
    EXPECT_EQ(newest.at("userEmail").as_string(), "demo@lightdash.com");
    EXPECT_EQ(newest.at("action").as_string(), "manage");
    EXPECT_EQ(newest.at("subject").as_string(), "Organization");
    EXPECT_EQ(newest.at("requestId").as_string(), "r-Second");
    EXPECT_EQ(newest.at("detail").at("name").as_string(), "Second");
    EXPECT_EQ(told[1].at("requestId").as_string(), "r-First");
    EXPECT_EQ(newest.at("subjectUuid"), server().get("admin", "/api/v1/org").results().at("organizationUuid"));
    EXPECT_EQ(newest.at("userUuid"), server().get("admin", "/api/v1/user").results().at("userUuid"));
}

TEST_F(Audit, IsPagedAndFilteredByActionSubjectUserAndTime)
{
    rename("Before");
    const auto first = entries()[0];
    rename("After");
    const auto page = server().get("admin", "/api/v1/org/audit-log?page=2&pageSize=1");
    EXPECT_EQ(page.results().at("data").as_array().size(), 1U);
    EXPECT_EQ(page.results().at("data").at(0).at("uuid"), first.at("uuid"));
    EXPECT_GE(page.results().at("pagination").at("totalResults").as_int64(), 2);

    const std::string user{first.at("userUuid").as_string()}, at{first.at("createdAt").as_string()};
    const auto all = entries().size(), renamed = entries("?subject=Organization").size();
    EXPECT_EQ(entries("?action=manage&subject=Organization&userUuid=" + user).size(), renamed);
    EXPECT_EQ(entries("?action=delete").size(), 0U);
    EXPECT_EQ(entries("?subject=Group").size(), 0U);
    EXPECT_EQ(entries("?userUuid=00000000-0000-4000-8000-000000000000").size(), 0U);
    EXPECT_EQ(entries("?to=2001-01-01T00:00:00Z").size(), 0U);
    EXPECT_EQ(entries("?from=2001-01-01T00:00:00Z&to=2999-01-01T00:00:00Z").size(), all);
    EXPECT_GE(entries("?from=" + at).size(), 2U);
    EXPECT_EQ(server().get("admin", "/api/v1/org/audit-log?from=yesterday").status, 422);
    EXPECT_EQ(server().get("admin", "/api/v1/org/audit-log?userUuid=me").status, 400);
}

TEST_F(Audit, TellsNothingOfWhatWasRefusedNorOfOtherOrganizations)
{
    rename("Ours");
    const auto before = entries().size();
    EXPECT_EQ(server().patch("editor", "/api/v1/org", R"({"name":"Mine"})").status, 403);
    EXPECT_EQ(server()
                  .patch("admin", "/api/v1/org",
                         R"({"name":"X","defaultProjectUuid":"00000000-0000-4000-8000-000000000000"})")
                  .status,
              400);
    EXPECT_EQ(entries().size(), before);
    rename("Theirs", "stranger");
    EXPECT_EQ(entries().size(), before);
    EXPECT_EQ(entries({}, "stranger").size(), 1U);
    for (const auto* role : {"member", "viewer", "interactive_viewer", "editor", "developer"})
        EXPECT_EQ(server().get(role, "/api/v1/org/audit-log").status, 403) << role;
}

} // namespace
} // namespace lightdash
