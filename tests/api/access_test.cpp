// Who may do what: tokens, roles, other organizations.
#include "api/api_server.hpp"

#include "modules/access/model.hpp"

#include <boost/json.hpp>

namespace lightdash {
namespace {

class Access : public testing::ApiTest {};

const std::string unknown_id = "00000000-0000-4000-8000-000000000000";

TEST_F(Access, WithoutATokenEveryRouteAnswers401InTheEnvelope)
{
    for (const std::string target : {"/api/v1/user", "/api/v1/org", "/api/v1/org/users", "/api/v1/org/projects"}) {
        const auto answer = server().get("", target);
        EXPECT_EQ(answer.status, 401) << target;
        EXPECT_EQ(answer.raw.header("WWW-Authenticate"), "ApiKey realm=\"lightdash\"") << target;
        EXPECT_EQ(answer.error_name(), "AuthorizationError");
        EXPECT_FALSE(answer.body.at("error").at("requestId").as_string().empty());
    }
}

TEST_F(Access, AWrongAnExpiredAndAMalformedTokenAnswer401)
{
    const std::string expired = "ldpat_expired";
    server().database().execute(
        "insert into personal_access_tokens (user_id, description, token_hash, expires_at) "
        "select id, 'expired', sha256('ldpat_expired'::bytea), now() - interval '1 second' from users "
        "where email = 'demo@lightdash.com'");
    for (const std::string header :
         {"ApiKey ldpat_unknown", "ApiKey ldpat_expired", "ApiKey nonsense", "Basic abc", "ApiKey "}) {
        const auto answer = server().send("", "GET", "/api/v1/user", {}, {{"Authorization", header}});
        EXPECT_EQ(answer.status, 401) << header;
    }
}

TEST_F(Access, ADeactivatedUserAnswers403AsSoonAsTheDatabaseSaysSo)
{
    server().database().execute(
        "insert into users (email, first_name, last_name, organization_id, role) "
        "select 'leaver@lightdash.com', 'L', 'V', organization_id, 'viewer' from users where email = "
        "'demo@lightdash.com';"
        "insert into personal_access_tokens (user_id, description, token_hash) "
        "select id, 't', sha256('ldpat_for_leaver'::bytea) from users where email = 'leaver@lightdash.com'");
    EXPECT_EQ(server().get("leaver", "/api/v1/user").status, 200);
    server().database().execute("update users set is_active = false where email = 'leaver@lightdash.com'");
    // The cache hears of it by NOTIFY.
    int status = 0;
    for (int i = 0; i < 100 && status != 403; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds{20});
        status = server().get("leaver", "/api/v1/user").status;
    }
    EXPECT_EQ(status, 403);
}

TEST_F(Access, UserTellsWhoIsCallingWithTheirRoleAndAbilities)
{
    const auto answer = server().get("editor", "/api/v1/user");
    ASSERT_EQ(answer.status, 200);
    const auto& user = answer.results();
    EXPECT_EQ(user.at("email").as_string(), "editor@lightdash.com");
    EXPECT_EQ(user.at("role").as_string(), "editor");
    EXPECT_EQ(user.at("organizationName").as_string(), "Jaffle Shop");
    EXPECT_TRUE(user.at("isActive").as_bool());
    EXPECT_TRUE(user.at("impersonation").is_null());
    EXPECT_FALSE(user.at("abilityRules").as_array().empty());
    EXPECT_TRUE(user.at("createdAt").as_string().ends_with("Z"));
}

TEST_F(Access, LastUseOfATokenIsWrittenDown)
{
    ASSERT_EQ(server().get("developer", "/api/v1/user").status, 200);
    std::string used;
    for (int i = 0; i < 100 && used.empty(); ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds{20});
        used = server().database().value(
            "select t.last_used_at from personal_access_tokens t join users u on u.id = t.user_id "
            "where u.email = 'developer@lightdash.com'");
    }
    EXPECT_FALSE(used.empty());
}

struct route_case {
    std::string method, target, body;
    access::scope what;
};

std::vector<route_case> every_route(testing::api_server& server)
{
    const auto p = server.project();
    const auto chart =
        server.database().value("select id from charts where project_id = '" + p + "' order by created_at limit 1");
    const auto dashboard =
        server.database().value("select id from dashboards where project_id = '" + p + "' order by created_at limit 1");
    using access::scope;
    return {
        {"GET", "/api/v1/org", "", scope::view_organization},
        {"GET", "/api/v1/org/users", "", scope::view_member},
        {"GET", "/api/v1/org/projects", "", scope::view_project},
        {"GET", "/api/v1/projects/" + p, "", scope::view_project},
        {"PATCH", "/api/v1/projects/" + p, R"({"name":"Jaffle shop"})", scope::update_project},
        {"GET", "/api/v1/projects/" + p + "/charts", "", scope::view_saved_chart},
        {"GET", "/api/v1/saved/" + chart, "", scope::view_saved_chart},
        {"PATCH", "/api/v1/saved/" + chart, R"({"description":"changed"})", scope::update_saved_chart},
        {"GET", "/api/v1/projects/" + p + "/dashboards", "", scope::view_dashboard},
        {"GET", "/api/v1/dashboards/" + dashboard, "", scope::view_dashboard},
        {"PATCH", "/api/v1/dashboards/" + dashboard, R"({"description":"changed"})", scope::update_dashboard},
        {"POST", "/api/v1/projects/" + p + "/dashboards", R"({"name":"By matrix","tiles":[]})",
         scope::create_dashboard},
    };
}

TEST_F(Access, AnotherOrganizationsIdsAnswer403AndChangeNothing)
{
    for (const auto& route : every_route(server())) {
        if (route.target.starts_with("/api/v1/org"))
            continue;
        const auto before = server().database().value("select count(*) || max(name) from dashboards");
        const auto answer = server().send("stranger", route.method, route.target, route.body);
        EXPECT_EQ(answer.status, 403) << route.method << ' ' << route.target << answer.raw.body;
        EXPECT_EQ(answer.error_name(), "ForbiddenError");
        EXPECT_EQ(server().database().value("select count(*) || max(name) from dashboards"), before);
    }
    EXPECT_EQ(server().send("stranger", "DELETE", "/api/v1/projects/" + server().project(), "").status, 403);
    EXPECT_TRUE(server().get("stranger", "/api/v1/org/projects").results().as_array().empty());
}

TEST_F(Access, UnknownIdsAnswer404AndMalformedOnes400)
{
    for (const std::string target : {"/api/v1/projects/", "/api/v1/saved/", "/api/v1/dashboards/"}) {
        const auto unknown = server().get("admin", target + unknown_id);
        EXPECT_EQ(unknown.status, 404) << target;
        EXPECT_EQ(unknown.error_name(), "NotFoundError");
    }
    for (const std::string target : {"/api/v1/projects/xyz", "/api/v1/saved/xyz", "/api/v1/projects/xyz/dashboards"}) {
        const auto malformed = server().get("admin", target);
        EXPECT_EQ(malformed.status, 400) << target;
        EXPECT_EQ(malformed.error_name(), "ParameterError");
    }
}

} // namespace
} // namespace lightdash
