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

std::string id_of(const json::value& project)
{
    return std::string{project.at("projectUuid").as_string()};
}

TEST_F(Projects, SecretsOfADbtConnectionAreStoredEncryptedAndNotReturned)
{
    const auto made = create("Secrets");
    EXPECT_EQ(json::serialize(made).find("s3cret"), std::string::npos);
    EXPECT_EQ(server().database().value("select count(*) from projects p where p::text like '%s3cret%' or "
                                        "position('s3cret'::bytea in encrypted_dbt_credentials) > 0"),
              "0");
    const auto sealed =
        "select encode(encrypted_dbt_credentials, 'hex') from projects where id = '" + id_of(made) + "'";
    const auto before = server().database().value(sealed);
    EXPECT_FALSE(before.empty());
    // What GET gave has no secrets: those that are stored stay. Another type has none of them.
    EXPECT_EQ(server().patch("developer", target_of(made), json::serialize(made)).status, 200);
    EXPECT_EQ(server().database().value(sealed), before);
    EXPECT_EQ(server()
                  .patch("developer", target_of(made),
                         R"({"dbtConnection":{"type":"github","personal_access_token":"an0ther"}})")
                  .status,
              200);
    EXPECT_NE(server().database().value(sealed), before);
    EXPECT_EQ(server().patch("developer", target_of(made), R"({"dbtConnection":{"type":"none"}})").status, 200);
    EXPECT_EQ(server().database().value(sealed), "");
}

const std::string warehouse =
    R"({"type":"postgres","host":"warehouse.example.com","port":5432,"dbname":"shop","schema":"public")";

TEST_F(Projects, AConnectionOfItsOwnIsToldWithoutItsSecretsAndKeptByWhatIsSentBack)
{
    const auto answer = server().post("admin", "/api/v1/org/projects",
                                      R"({"name":"Own","dbtConnection":{"type":"none"},"warehouseConnection":)" +
                                          warehouse + R"(,"user":"reader","password":"s3cret"}})");
    ASSERT_EQ(answer.status, 200) << answer.raw.body;
    EXPECT_EQ(answer.raw.body.find("s3cret"), std::string::npos);
    const auto made = answer.results().at("project");
    EXPECT_EQ(made.at("warehouseConnection"), json::parse(warehouse + "}"));
    EXPECT_TRUE(made.at("organizationWarehouseCredentialsUuid").is_null());
    const auto stored = "select count(*) from warehouse_connections where project_id = '" + id_of(made) + "'";
    EXPECT_EQ(server().database().value(stored), "1");
    const auto back = server().patch("developer", target_of(made), json::serialize(made));
    ASSERT_EQ(back.status, 200) << back.raw.body;
    EXPECT_EQ(server().get("viewer", target_of(made)).results().at("warehouseConnection"),
              made.at("warehouseConnection"));
    // Its password goes to no other host, and it is not among the organization's credentials.
    const auto moved =
        server().patch("developer", target_of(made),
                       R"({"warehouseConnection":{"type":"postgres","host":"evil.example.com","port":5432,)"
                       R"("dbname":"shop","schema":"public"}})");
    EXPECT_EQ(moved.status, 422);
    EXPECT_NE(moved.raw.body.find("/warehouseConnection/password"), std::string::npos) << moved.raw.body;
    EXPECT_EQ(server().get("admin", "/api/v1/org/warehouse-credentials").results().as_array().size(), 1U)
        << "that of the demo data";
    EXPECT_EQ(server().patch("developer", target_of(made), R"({"warehouseConnection":null})").status, 200);
    EXPECT_FALSE(server().get("viewer", target_of(made)).results().as_object().contains("warehouseConnection"));
    EXPECT_EQ(server().database().value(stored), "0");
}

TEST_F(Projects, TheOrganizationsCredentialsAreUsedByThoseWhoMaySeeThem)
{
    const auto credentials =
        server().post("admin", "/api/v1/org/warehouse-credentials",
                      R"({"name":"Shared","credentials":)" + warehouse + R"(,"user":"reader","password":"s3cret"}})");
    ASSERT_EQ(credentials.status, 201) << credentials.raw.body;
    const auto uuid = std::string{credentials.results().at("organizationWarehouseCredentialsUuid").as_string()};
    const auto made = create("Uses them");
    const auto use = R"({"organizationWarehouseCredentialsUuid":")" + uuid + R"("})";
    EXPECT_EQ(server().patch("editor", target_of(made), use).status, 403);
    ASSERT_EQ(server().patch("developer", target_of(made), use).status, 200);
    const auto told = server().get("viewer", target_of(made)).results();
    EXPECT_EQ(told.at("organizationWarehouseCredentialsUuid").as_string(), uuid);
    EXPECT_EQ(told.at("warehouseConnection"), json::parse(warehouse + "}"));
    const auto back = server().patch("developer", target_of(made), json::serialize(told));
    ASSERT_EQ(back.status, 200) << back.raw.body;
    EXPECT_EQ(server().get("viewer", target_of(made)).results().at("organizationWarehouseCredentialsUuid").as_string(),
              uuid);
    EXPECT_EQ(server()
                  .patch("developer", target_of(made),
                         R"({"organizationWarehouseCredentialsUuid":"00000000-0000-4000-8000-000000000000"})")
                  .status,
              400);
    EXPECT_EQ(server().remove("admin", "/api/v1/org/warehouse-credentials/" + uuid).status, 200);
    EXPECT_TRUE(server().get("viewer", target_of(made)).results().at("organizationWarehouseCredentialsUuid").is_null());
}

TEST_F(Projects, SettingsHaveRoutesOfTheirOwn)
{
    const auto made = create("Settings");
    const auto at = target_of(made);
    EXPECT_EQ(server().patch("developer", at + "/details", R"({"name":"By the CLI"})").status, 200);
    EXPECT_EQ(server().patch("editor", at + "/details", R"({"name":"By an editor"})").status, 403);
    EXPECT_EQ(server().patch("developer", at + "/details", R"({"name":" "})").status, 422);
    EXPECT_EQ(server().patch("stranger", at + "/details", R"({"name":"Theirs"})").status, 403);
    EXPECT_EQ(server().patch("developer", at + "/schedulerSettings", R"({"schedulerTimezone":"Europe/Berlin"})").status,
              200);
    EXPECT_EQ(server().patch("developer", at + "/schedulerSettings", R"({"schedulerTimezone":"Mars/Olympus"})").status,
              400);
    EXPECT_EQ(server()
                  .patch("developer", at + "/metadata", R"({"upstreamProjectUuid":")" + server().project() + R"("})")
                  .status,
              200);
    EXPECT_EQ(
        server().patch("developer", at + "/metadata", R"({"upstreamProjectUuid":")" + id_of(made) + R"("})").status,
        400);
    const auto read = server().get("viewer", at).results();
    EXPECT_EQ(read.at("name").as_string(), "By the CLI");
    EXPECT_EQ(read.at("schedulerTimezone").as_string(), "Europe/Berlin");
    EXPECT_EQ(read.at("upstreamProjectUuid").as_string(), server().project());
    EXPECT_EQ(server().patch("developer", at + "/metadata", R"({"upstreamProjectUuid":null})").status, 200);
    EXPECT_TRUE(server().get("viewer", at).results().at("upstreamProjectUuid").is_null());
}

TEST_F(Projects, TheResultsCacheTimeIsAWholeNumberInBoundsOrTheDefault)
{
    const auto at = target_of(create("Cache")) + "/results-cache-config";
    EXPECT_EQ(server().get("viewer", at).status, 403);
    EXPECT_EQ(server().patch("viewer", at, R"({"cacheTtlSeconds":60})").status, 403);
    const auto before = server().get("developer", at).results();
    EXPECT_TRUE(before.at("cacheTtlSeconds").is_null());
    EXPECT_EQ(before.at("instanceDefaultTtlSeconds").as_int64(), 86'400);
    for (const std::string fine : {"60", "2592000", "3600.0"})
        EXPECT_EQ(server().patch("developer", at, R"({"cacheTtlSeconds":)" + fine + "}").status, 200) << fine;
    EXPECT_EQ(server().get("developer", at).results().at("cacheTtlSeconds").as_int64(), 3600);
    for (const std::string bad : {"59", "2592001", "90.5", "-60", R"("60")", "true", "1e300"})
        EXPECT_EQ(server().patch("developer", at, R"({"cacheTtlSeconds":)" + bad + "}").status, 400) << bad;
    EXPECT_EQ(server().patch("developer", at, "{}").status, 422);
    const auto reset = server().patch("developer", at, R"({"cacheTtlSeconds":null})");
    EXPECT_EQ(reset.status, 200);
    EXPECT_EQ(reset.results(), before);
}

TEST_F(Projects, WhatIsDoneWithAProjectIsInTheAuditLog)
{
    const auto made = create("Watched");
    EXPECT_EQ(server().patch("developer", target_of(made), R"({"name":"Renamed"})").status, 200);
    EXPECT_EQ(server().remove("stranger", target_of(made)).status, 403);
    EXPECT_EQ(server().remove("admin", target_of(made)).status, 200);
    EXPECT_EQ(server().database().value("select string_agg(action || ' by ' || user_email, ', ' order by created_at) "
                                        "from audit_log where subject = 'Project' and subject_id = '" +
                                        id_of(made) + "'"),
              "create by demo@lightdash.com, update by developer@lightdash.com, delete by demo@lightdash.com");
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
