// The organization: what it tells and what admins change of it.
#include "api/api_server.hpp"

#include <boost/json.hpp>

namespace lightdash {
namespace {

class Organization : public testing::ApiTest {
protected:
    static std::string stored(const std::string& column)
    {
        return server().database().value("select " + column + " from organizations where id = '" +
                                         std::string{own().at("organizationUuid").as_string()} + "'");
    }
    static boost::json::value own() { return server().get("admin", "/api/v1/org").results(); }
};

TEST_F(Organization, TellsEveryRoleItsNameAgeAndDefaultProject)
{
    for (const auto* role : {"member", "viewer", "admin"}) {
        const auto answer = server().get(role, "/api/v1/org");
        ASSERT_EQ(answer.status, 200) << role;
        EXPECT_EQ(answer.results().at("name").as_string(), "Jaffle Shop");
        EXPECT_TRUE(answer.results().at("createdAt").as_string().ends_with("Z"));
        EXPECT_FALSE(answer.results().at("needsProject").as_bool());
    }
    EXPECT_TRUE(server().get("stranger", "/api/v1/org").results().at("needsProject").as_bool());
}

TEST_F(Organization, KeepsWhatAnAdminChangesAndLeavesTheRest)
{
    const auto project = server().project();
    EXPECT_EQ(server()
                  .patch("admin", "/api/v1/org",
                         R"({"defaultProjectUuid":")" + project + R"(","chartColors":["#7162FF","#abc"]})")
                  .status,
              200);
    auto now = own();
    EXPECT_EQ(now.at("name").as_string(), "Jaffle Shop");
    EXPECT_EQ(now.at("defaultProjectUuid").as_string(), project);
    EXPECT_EQ(boost::json::serialize(now.at("chartColors")), R"(["#7162FF","#abc"])");
    EXPECT_EQ(server().patch("admin", "/api/v1/org", R"({"defaultProjectUuid":null})").status, 200);
    now = own();
    EXPECT_TRUE(now.at("defaultProjectUuid").is_null());
    EXPECT_EQ(now.at("chartColors").as_array().size(), 2U);
}

TEST_F(Organization, ForgetsADefaultProjectThatIsDeleted)
{
    const auto made = server().post("admin", "/api/v1/org/projects", R"({"name":"D","dbtConnection":{"type":"none"}})");
    const std::string project{made.results().at("project").at("projectUuid").as_string()};
    ASSERT_EQ(server().patch("admin", "/api/v1/org", R"({"defaultProjectUuid":")" + project + R"("})").status, 200);
    EXPECT_EQ(server().remove("admin", "/api/v1/org/projects/" + project).status, 200);
    EXPECT_TRUE(own().at("defaultProjectUuid").is_null());
}

TEST_F(Organization, RefusesProjectsThatAreNotItsOwnAndThenChangesNothing)
{
    const auto theirs =
        server().post("stranger", "/api/v1/org/projects", R"({"name":"T","dbtConnection":{"type":"none"}})");
    const std::string foreign{theirs.results().at("project").at("projectUuid").as_string()};
    for (const auto& project : {foreign, std::string{"00000000-0000-4000-8000-000000000000"}}) {
        const auto refused =
            server().patch("admin", "/api/v1/org", R"({"name":"Taken","defaultProjectUuid":")" + project + R"("})");
        EXPECT_EQ(refused.status, 400) << refused.raw.body;
        EXPECT_EQ(refused.error_name(), "ParameterError");
        EXPECT_EQ(stored("name"), "Jaffle Shop");
    }
}

TEST_F(Organization, NamesEveryFaultOfABody)
{
    const auto refused = server().patch("admin", "/api/v1/org",
                                        R"({"name":"  ","chartColors":["red","#12345g"],"defaultProjectUuid":"x",)"
                                        R"("colour":1})");
    EXPECT_EQ(refused.status, 422);
    const auto& data = refused.body.at("error").at("data").as_object();
    for (const auto* at : {"/defaultProjectUuid", "/colour"})
        EXPECT_TRUE(data.contains(at)) << at << refused.raw.body;
    const auto again = server().patch("admin", "/api/v1/org", R"({"name":"  ","chartColors":["red","#12345g"]})");
    for (const auto* at : {"/name", "/chartColors/0", "/chartColors/1"})
        EXPECT_TRUE(again.body.at("error").at("data").as_object().contains(at)) << at << again.raw.body;
    EXPECT_EQ(server().patch("admin", "/api/v1/org", R"({"name":")" + std::string(256, 'x') + R"("})").status, 422);
    EXPECT_EQ(server().patch("editor", "/api/v1/org", R"({"name":"Mine"})").status, 403);
    EXPECT_EQ(stored("name"), "Jaffle Shop");
}

} // namespace
} // namespace lightdash
