#include "api/api_server.hpp"

#include <boost/json.hpp>

namespace lightdash {
namespace {

namespace json = boost::json;

class Projects : public testing::ApiTest {
protected:
    static json::value create(const std::string& name)
    {
        const auto made = server().post(
            "admin", "/api/v1/org/projects",
            R"({"name":")" + name +
                R"(","type":"DEFAULT","dbtConnection":{"type":"github","repository":"a/b","personal_access_token":"s3cret",)"
                R"("environment":[{"key":"A","value":"s3cret"}],"auth":{"apiKey":"s3cret","kind":"app"}},"dbtVersion":"v1.9"})");
        EXPECT_EQ(made.status, 200) << made.raw.body;
        EXPECT_FALSE(made.results().at("hasContentCopy").as_bool());
        return made.results().at("project");
    }
    static std::string target_of(const json::value& project)
    {
        return "/api/v1/projects/" + std::string{project.at("projectUuid").as_string()};
    }
};

TEST_F(Projects, AProjectIsMadeReadListedChangedAndDeleted)
{
    const auto made = create("Life");
    const auto read = server().get("viewer", target_of(made));
    ASSERT_EQ(read.status, 200);
    EXPECT_EQ(read.results(), made);
    EXPECT_EQ(made.at("dbtConnection").at("type").as_string(), "github");
    bool listed = false;
    const auto p_list = server().get("viewer", "/api/v1/org/projects");
    for (const auto& p : p_list.results().as_array())
        listed = listed || p.at("projectUuid") == made.at("projectUuid");
    EXPECT_TRUE(listed);
    EXPECT_EQ(server().patch("developer", target_of(made), R"({"name":"Renamed"})").status, 200);
    EXPECT_EQ(server().get("viewer", target_of(made)).results().at("name").as_string(), "Renamed");
    EXPECT_EQ(server().remove("editor", target_of(made)).status, 403);
    EXPECT_EQ(server().remove("admin", target_of(made)).status, 200);
    EXPECT_EQ(server().get("viewer", target_of(made)).status, 404);
}

TEST_F(Projects, WhatGetGaveCanBePatchedBackUnchanged)
{
    const auto made = create("Round trip");
    const auto back = server().patch("developer", target_of(made), json::serialize(made));
    ASSERT_EQ(back.status, 200) << back.raw.body;
    auto after = server().get("viewer", target_of(made)).results();
    after.as_object().erase("updatedAt");
    auto before = made;
    before.as_object().erase("updatedAt");
    EXPECT_EQ(after, before);
}

TEST_F(Projects, SecretsOfADbtConnectionAreNeitherStoredNorReturned)
{
    const auto made = create("Secrets");
    EXPECT_EQ(json::serialize(made).find("s3cret"), std::string::npos);
    EXPECT_EQ(server().database().value("select count(*) from projects where dbt_connection::text like '%s3cret%'"),
              "0");
}

TEST_F(Projects, OnlyAdminsMakeDefaultProjectsAndDevelopersPreviews)
{
    const std::string preview =
        R"({"name":"P","type":"PREVIEW","dbtConnection":{"type":"none"},"upstreamProjectUuid":")" + server().project() +
        R"("})";
    EXPECT_EQ(server().post("developer", "/api/v1/org/projects", preview).status, 200);
    EXPECT_EQ(server().post("editor", "/api/v1/org/projects", preview).status, 403);
    EXPECT_EQ(server()
                  .post("developer", "/api/v1/org/projects",
                        R"({"name":"D","type":"DEFAULT","dbtConnection":{"type":"none"}})")
                  .status,
              403);
    // DEFAULT with an upstream is refused before anybody's rights are looked at.
    EXPECT_EQ(server()
                  .post("developer", "/api/v1/org/projects",
                        R"({"name":"D","type":"DEFAULT","dbtConnection":{"type":"none"},"upstreamProjectUuid":")" +
                            server().project() + R"("})")
                  .status,
              400);
}

TEST_F(Projects, BadProjectsAnswer4xxAndStoreNothing)
{
    const auto before = server().database().value("select count(*) from projects");
    const std::vector<std::pair<std::string, int>> bodies{
        {R"({"type":"DEFAULT","dbtConnection":{"type":"none"}})", 422},
        {R"({"name":"x","dbtConnection":{"type":"svn"}})", 422},
        {R"({"name":"x","dbtConnection":"none"})", 422},
        {R"({"name":"x","dbtConnection":{"repository":"a/b"}})", 422},
        {R"({"name":"x","dbtConnection":{"type":"none"},"type":"OTHER"})", 422},
        {R"({"name":"x","dbtConnection":{"type":"none"},"type":"PREVIEW","upstreamProjectUuid":"00000000-0000-4000-8000-000000000000"})",
         400},
        {R"({"name":"x","dbtConnection":{"type":"none"},"warehouseConnection":{"type":"postgres","password":"p"}})",
         422},
    };
    for (const auto& [body, status] : bodies)
        EXPECT_EQ(server().post("admin", "/api/v1/org/projects", body).status, status) << body;
    EXPECT_EQ(server().database().value("select count(*) from projects"), before);
}

TEST_F(Projects, DeletingAProjectTakesItsDashboardsTilesAndChartsWithIt)
{
    const auto made = create("Full");
    const auto chart = server().post(
        "editor", target_of(made) + "/saved",
        R"({"name":"C","tableName":"orders","metricQuery":{"exploreName":"orders","dimensions":["orders_status"],"metrics":[],)"
        R"("filters":{},"sorts":[],"limit":500,"tableCalculations":[]},"chartConfig":{"type":"table"},"tableConfig":{"columnOrder":[]}})");
    ASSERT_EQ(chart.status, 200) << chart.raw.body;
    const auto id = std::string{chart.results().at("uuid").as_string()};
    ASSERT_EQ(
        server()
            .post(
                "editor", target_of(made) + "/dashboards",
                R"({"name":"D","tiles":[{"type":"saved_chart","x":0,"y":0,"w":1,"h":1,"properties":{"savedChartUuid":")" +
                    id + R"("}}]})")
            .status,
        201);
    ASSERT_EQ(server().remove("admin", target_of(made)).status, 200);
    EXPECT_EQ(server().database().value("select count(*) from charts where id = '" + id + "'"), "0");
}

} // namespace
} // namespace lightdash
