// Every route × every role × own and another organization, against the tables of the API's design: not against the
// program's own table of rights.
#include "api/api_routes.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <map>

namespace lightdash {
namespace {

using testing::api_route;
using testing::described_routes;
using testing::request_for;

class RightsMatrix : public testing::ApiTest {};

constexpr std::array roles{"member", "viewer", "interactive_viewer", "editor", "developer", "admin"};
using allowed = std::array<bool, roles.size()>;

// Of what lies in a space that inherits, and nobody has a grant in.
const std::map<std::string, allowed> table{
    {"view:Organization", {true, true, true, true, true, true}},
    {"manage:Organization", {false, false, false, false, false, true}},
    {"view:OrganizationMemberProfile", {true, true, true, true, true, true}},
    {"manage:OrganizationMemberProfile", {false, false, false, false, false, true}},
    {"manage:InviteLink", {false, false, false, false, false, true}},
    {"view:Group", {true, true, true, true, true, true}},
    {"manage:Group", {false, false, false, false, false, true}},
    {"manage:PersonalAccessToken", {true, true, true, true, true, true}},
    {"view:OrganizationWarehouseCredentials", {false, false, false, true, true, true}},
    {"manage:OrganizationWarehouseCredentials", {false, false, false, false, false, true}},
    {"view:AuditLog", {false, false, false, false, false, true}},
    {"view:Project", {false, true, true, true, true, true}},
    {"create:Project", {false, false, false, false, true, true}}, // of type PREVIEW
    {"update:Project", {false, false, false, false, true, true}},
    {"delete:Project", {false, false, false, false, false, true}},
    {"manage:Project", {false, false, false, false, false, true}},
    {"manage:CompileProject", {false, false, false, false, true, true}},
    {"manage:Explore", {false, false, true, true, true, true}},
    {"manage:SqlRunner", {false, false, false, false, true, true}},
    {"manage:DeletedContent", {false, false, false, false, false, true}}, // of what others deleted
    {"view:Space", {false, true, true, true, true, true}},
    {"create:Space", {false, false, false, true, true, true}},
    {"update:Space", {false, false, false, true, true, true}},
    {"delete:Space", {false, false, false, true, true, true}},
    {"view:SavedChart", {false, true, true, true, true, true}},
    {"create:SavedChart", {false, false, false, true, true, true}},
    {"update:SavedChart", {false, false, false, true, true, true}},
    {"delete:SavedChart", {false, false, false, true, true, true}},
    {"view:Dashboard", {false, true, true, true, true, true}},
    {"create:Dashboard", {false, false, false, true, true, true}},
    {"update:Dashboard", {false, false, false, true, true, true}},
    {"delete:Dashboard", {false, false, false, true, true, true}},
};

std::vector<api_route> guarded_routes(testing::api_server& server)
{
    auto routes = described_routes(server);
    std::erase_if(routes, [](const api_route& route) { return route.right.empty(); });
    return routes;
}

TEST_F(RightsMatrix, EveryRouteAnswersEveryRoleAsTheDesignSays)
{
    const auto routes = guarded_routes(server());
    EXPECT_GE(routes.size(), 19U);
    for (const auto& route : routes) {
        ASSERT_TRUE(table.contains(route.right)) << route.right << " is not in this test's table";
        for (std::size_t i = 0; i < roles.size(); ++i) {
            const auto asked = request_for(server(), route, roles[i]);
            const auto answer = server().send(roles[i], route.method, asked.target, asked.body);
            // what names nothing lists what the caller may see: nothing, for who has no right anywhere
            const bool lists = (route.right == "view:Project" || route.right == "manage:DeletedContent") &&
                               asked.target == route.pattern;
            EXPECT_EQ(answer.status, table.at(route.right)[i] || lists ? route.success : 403)
                << roles[i] << ' ' << route.method << ' ' << asked.target << answer.raw.body;
        }
    }
}

TEST_F(RightsMatrix, AnotherOrganizationsAdminGetsNothingOfThisOneAndChangesNothing)
{
    for (const auto& route : guarded_routes(server())) {
        const auto asked = request_for(server(), route);
        if (asked.target == route.pattern) // it names nothing: what is asked for is the caller's own
            continue;
        const std::string state = "select (select sum(hashtext(p::text)) from projects p)::text || "
                                  "(select sum(hashtext(c::text)) from charts c)::text || "
                                  "(select sum(hashtext(d::text)) from dashboards d)::text || "
                                  "(select sum(hashtext(t::text)) from dashboard_tiles t)::text";
        const auto before = server().database().value(state);
        const auto answer = server().send("stranger", route.method, asked.target, asked.body);
        EXPECT_EQ(answer.status, 403) << route.method << ' ' << asked.target << answer.raw.body;
        EXPECT_EQ(server().database().value(state), before) << route.method << ' ' << asked.target;
    }
}

TEST_F(RightsMatrix, OnlyAnAdminCreatesDefaultProjects)
{
    const std::string project = R"({"name":"Default","type":"DEFAULT","dbtConnection":{"type":"none"}})";
    for (const std::string role : roles)
        EXPECT_EQ(server().post(role, "/api/v1/org/projects", project).status, role == "admin" ? 200 : 403) << role;
}

// What the caller may do with the subject in every project, as the rules of /user say.
std::vector<boost::json::value> rules_of(testing::api_server& server, const std::string& role, const std::string& right)
{
    std::vector<boost::json::value> found;
    const auto answer = server.get(role, "/api/v1/user");
    for (const auto& rule : answer.results().at("abilityRules").as_array())
        if (std::string{rule.at("action").as_string()} + ':' + std::string{rule.at("subject").as_string()} == right &&
            !rule.at("conditions").as_object().contains("projectUuid"))
            found.push_back(rule);
    return found;
}

TEST_F(RightsMatrix, AbilityRulesSayTheSameOfWhatOthersCreated)
{
    const auto of_others = [](const boost::json::value& rule) {
        const auto& conditions = rule.at("conditions").as_object();
        return !conditions.contains("createdByUserUuid") && !conditions.contains("deletedByUserUuid") &&
               !conditions.contains("access");
    };
    for (const auto& [right, row] : table)
        for (std::size_t i = 0; i < roles.size(); ++i)
            EXPECT_EQ(std::ranges::any_of(rules_of(server(), roles[i], right), of_others), row[i])
                << roles[i] << ' ' << right;
}

TEST_F(RightsMatrix, ADeveloperDeletesTheirOwnPreviewsAlone)
{
    const auto preview_of = [](const std::string& role) {
        const auto made = server().post(role, "/api/v1/org/projects",
                                        R"({"name":"P","type":"PREVIEW","dbtConnection":{"type":"none"}})");
        return "/api/v1/projects/" + std::string{made.results().at("project").at("projectUuid").as_string()};
    };
    const auto own = preview_of("developer");
    EXPECT_EQ(server().remove("editor", own).status, 403);
    EXPECT_EQ(server().remove("developer", preview_of("admin")).status, 403);
    EXPECT_EQ(server().remove("developer", "/api/v1/projects/" + server().project()).status, 403);
    EXPECT_EQ(server().remove("developer", own).status, 200);
    EXPECT_EQ(server().get("admin", own).status, 404);
    const auto rules = rules_of(server(), "developer", "delete:Project");
    ASSERT_EQ(rules.size(), 1U);
    EXPECT_EQ(rules[0].at("conditions").at("type").as_string(), "PREVIEW");
    EXPECT_TRUE(rules[0].at("conditions").as_object().contains("createdByUserUuid"));
}

TEST_F(RightsMatrix, AbilityRulesLetADeveloperCreatePreviewsOnly)
{
    const auto developers = rules_of(server(), "developer", "create:Project");
    ASSERT_EQ(developers.size(), 1U);
    EXPECT_EQ(developers[0].at("conditions").at("type").as_string(), "PREVIEW");
    EXPECT_TRUE(developers[0].at("conditions").as_object().contains("organizationUuid"));
    const auto admins = rules_of(server(), "admin", "create:Project");
    ASSERT_EQ(admins.size(), 1U);
    EXPECT_FALSE(admins[0].at("conditions").as_object().contains("type"));
}

} // namespace
} // namespace lightdash
