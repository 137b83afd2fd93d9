// Where dashboards and charts lie, who may put them there, and what they tell of it.
#include "api/api_server.hpp"

#include <boost/json.hpp>

namespace lightdash {
namespace {

namespace json = boost::json;

class ContentInSpaces : public testing::ApiTest {
protected:
    static std::string of_project(const std::string& rest) { return "/api/v1/projects/" + server().project() + rest; }
    static std::string text_of(const json::value& thing, std::string_view member)
    {
        return std::string{thing.at(member).as_string()};
    }
    static std::string space(const std::string& name, bool open)
    {
        return text_of(
            server()
                .post("admin", of_project("/spaces"),
                      R"({"name":")" + name + R"(","inheritParentPermissions":)" + (open ? "true}" : "false}"))
                .results(),
            "uuid");
    }
    // The space of another project of the same organization.
    static std::string space_elsewhere()
    {
        const auto other = server()
                               .post("admin", "/api/v1/org/projects",
                                     R"({"name":"Elsewhere","type":"PREVIEW","dbtConnection":{"type":"none"}})")
                               .results()
                               .at("project");
        return server().database().value("select id from spaces where project_id = '" + text_of(other, "projectUuid") +
                                         "'");
    }
    static std::string in(const std::string& space_uuid) { return R"("spaceUuid":")" + space_uuid + '"'; }
    static testing::api_answer make(const std::string& as, const std::string& more)
    {
        return server().post(as, of_project("/dashboards"),
                             R"({"name":"Lies somewhere","tiles":[{"type":"heading","x":0,"y":0,"w":12,"h":6,)"
                             R"("properties":{"text":"t"}}])" +
                                 more + "}");
    }
    static std::string target_of(const json::value& dashboard)
    {
        return "/api/v1/dashboards/" + text_of(dashboard, "uuid");
    }
    static json::value chart(const std::string& more = {})
    {
        const auto made = server().post(
            "editor", of_project("/saved"),
            R"({"name":"A chart","tableName":"orders","metricQuery":{"exploreName":"orders","dimensions":["orders_status"],)"
            R"("metrics":[],"filters":{},"sorts":[],"limit":500,"tableCalculations":[]},"chartConfig":{"type":"table"},)"
            R"("tableConfig":{"columnOrder":[]})" +
                more + "}");
        EXPECT_EQ(made.status, 200) << made.raw.body;
        return made.results();
    }
};

TEST_F(ContentInSpaces, ADashboardIsMadeInTheSpaceThatIsNamedByWhoeverMayWriteThere)
{
    const auto open = space("Open", true), hidden = space("Hidden", false);
    EXPECT_EQ(make("editor", "").results().at("spaceName"), "Shared");
    const auto made = make("editor", "," + in(open));
    ASSERT_EQ(made.status, 201) << made.raw.body;
    EXPECT_EQ(made.results().at("spaceUuid"), json::value(open));
    EXPECT_EQ(made.results().at("spaceName"), "Open");
    EXPECT_EQ(make("admin", "," + in(hidden)).status, 201);
    for (const auto& refused : {hidden, space_elsewhere(), std::string{"00000000-0000-4000-8000-000000000000"}}) {
        const auto answer = make("editor", "," + in(refused));
        EXPECT_EQ(answer.status, 403) << answer.raw.body;
        EXPECT_NE(answer.raw.body.find(refused), std::string::npos) << "the space is named: " << answer.raw.body;
    }
    EXPECT_EQ(make("admin", "," + in(space_elsewhere())).status, 403);
    EXPECT_EQ(make("viewer", "," + in(open)).status, 403);
    EXPECT_EQ(make("editor", R"(,"spaceUuid":"no uuid")").status, 422);
}

TEST_F(ContentInSpaces, ADashboardMovesWithItsChartsToASpaceWhereTheCallerMayWrite)
{
    const auto open = space("Goal", true), hidden = space("Secret goal", false);
    const auto made = make("editor", "").results();
    const auto inside = chart(R"(,"dashboardUuid":")" + text_of(made, "uuid") + '"');
    const auto moved = server().patch("editor", target_of(made), R"({"name":"Moved",)" + in(open) + "}");
    ASSERT_EQ(moved.status, 200) << moved.raw.body;
    EXPECT_EQ(moved.results().at("spaceName"), "Goal");
    EXPECT_EQ(moved.results().at("name"), "Moved");
    EXPECT_NE(moved.results().at("versionUuid"), made.at("versionUuid")) << "what was read before is not what it is";
    EXPECT_EQ(server().get("viewer", "/api/v1/saved/" + text_of(inside, "uuid")).results().at("spaceName"), "Goal");

    for (const auto& refused : {hidden, space_elsewhere(), std::string{"00000000-0000-4000-8000-000000000000"}}) {
        const auto answer = server().patch("editor", target_of(made), R"({"name":"Stays",)" + in(refused) + "}");
        EXPECT_EQ(answer.status, 403) << answer.raw.body;
    }
    const auto same = server().get("viewer", target_of(made)).results();
    EXPECT_EQ(same.at("spaceName"), "Goal");
    EXPECT_EQ(same.at("name"), "Moved") << "all or nothing";
    EXPECT_EQ(server().patch("viewer", target_of(made), "{" + in(open) + "}").status, 403);
    EXPECT_EQ(server().patch("stranger", target_of(made), "{" + in(open) + "}").status, 403);
    const auto stale = server().patch("editor", target_of(made),
                                      "{" + in(open) + R"(,"versionUuid":")" + text_of(made, "versionUuid") + "\"}");
    EXPECT_EQ(stale.status, 409) << stale.raw.body;

    ASSERT_EQ(server().patch("admin", target_of(made), R"({"tiles":[],)" + in(hidden) + "}").status, 200);
    EXPECT_EQ(server().get("editor", target_of(made)).status, 403);
    EXPECT_EQ(server().get("editor", "/api/v1/saved/" + text_of(inside, "uuid")).status, 403);
    const auto secret = server().get("admin", target_of(made)).results();
    EXPECT_EQ(secret.at("isPrivate"), true);
    EXPECT_EQ(secret.at("inheritsFromOrgOrProject"), false);
}

TEST_F(ContentInSpaces, AccessSaysWhatTheCallerMayDoThere)
{
    const auto hidden = space("Shared with one", false);
    const auto made = make("admin", "," + in(hidden)).results();
    const auto lying = chart();
    const auto role = [](const std::string& as, const std::string& target) {
        const auto told = server().get(as, target).results().at("access").as_array();
        return told.empty() ? std::string{} : text_of(told.at(0), "role");
    };
    server().database().execute("insert into space_user_access (space_id, user_id, role) select '" + hidden +
                                "', id, 'viewer' from users where email = 'editor@lightdash.com'");
    EXPECT_EQ(role("admin", target_of(made)), "admin");
    EXPECT_EQ(role("editor", target_of(made)), "viewer") << "a grant decides, also where it is the weaker one";
    EXPECT_EQ(role("editor", "/api/v1/saved/" + text_of(lying, "uuid")), "editor");
    EXPECT_EQ(role("viewer", "/api/v1/saved/" + text_of(lying, "uuid")), "viewer");
    const auto told = server().get("editor", target_of(made)).results().at("access").at(0);
    EXPECT_EQ(told.at("hasDirectAccess"), true);
    EXPECT_EQ(told.at("inheritedRole"), "editor");
    EXPECT_EQ(told.at("inheritedFrom"), "organization");
    EXPECT_TRUE(told.at("projectRole").is_null());
}

// Contract (api.md 7): "GET dashboard → PATCH name, tiles, filters, tabs back → 200 with the same tiles."
TEST_F(ContentInSpaces, WhatGetGaveIsTakenBackUnchanged)
{
    const auto made = make("editor", "").results();
    const auto inside = chart(R"(,"dashboardUuid":")" + text_of(made, "uuid") + '"');
    server().patch("editor", target_of(made),
                   R"({"tiles":[{"type":"saved_chart","x":0,"y":0,"w":9,"h":6,"properties":{"savedChartUuid":")" +
                       text_of(inside, "uuid") + R"("}}]})");
    const auto unchanged = [](const std::string& method, const std::string& target, const std::string& back) {
        const auto before = server().get("admin", target).results();
        const auto answer = server().send("admin", method, back, json::serialize(before));
        ASSERT_EQ(answer.status, 200) << answer.raw.body;
        auto after = server().get("admin", target).results();
        for (const auto member : {"updatedAt", "updatedByUser", "versionUuid", "dashboardVersionId"})
            if (before.as_object().contains(member))
                after.as_object()[member] = before.at(member);
        EXPECT_EQ(after, before);
    };
    unchanged("PATCH", target_of(made), target_of(made));
    EXPECT_EQ(
        server().get("viewer", target_of(made)).results().at("tiles").at(0).at("properties").at("belongsToDashboard"),
        true);
    const auto saved = "/api/v1/saved/" + text_of(inside, "uuid");
    unchanged("PATCH", saved, saved);
    unchanged("POST", saved, saved + "/version");
    unchanged("PATCH", "/api/v1/projects/" + server().project(), "/api/v1/projects/" + server().project());
}

TEST_F(ContentInSpaces, AChartLeavesItsDashboardForAnotherSpace)
{
    const auto goal = space("For charts", true);
    const auto made = make("editor", "").results();
    const auto inside = chart(R"(,"dashboardUuid":")" + text_of(made, "uuid") + '"');
    const auto target = "/api/v1/saved/" + text_of(inside, "uuid");
    EXPECT_EQ(server().patch("editor", target, R"({"name":"Renamed"})").results().at("dashboardUuid"), made.at("uuid"));
    const auto out = server().patch("editor", target, "{" + in(goal) + "}");
    ASSERT_EQ(out.status, 200) << out.raw.body;
    EXPECT_TRUE(out.results().at("dashboardUuid").is_null());
    EXPECT_EQ(out.results().at("spaceName"), "For charts");
    const auto back = server().patch("editor", target, R"({"dashboardUuid":")" + text_of(made, "uuid") + "\"}");
    EXPECT_EQ(back.results().at("spaceName"), "Shared") << back.raw.body;
    EXPECT_EQ(server().patch("editor", target, "{" + in(space_elsewhere()) + "}").status, 403);
}

TEST_F(ContentInSpaces, DashboardsAreListedWithAllThatClientsReadInTheOrderThatIsAsked)
{
    for (const auto* name : {"b", "C", "a"})
        server().post("editor", of_project("/dashboards"),
                      R"({"name":"Listed )" + std::string{name} + R"(","tiles":[]})");
    const auto names = [](const std::string& query) {
        const auto answer = server().get("viewer", of_project("/dashboards?search=Listed" + query));
        EXPECT_EQ(answer.status, 200) << answer.raw.body;
        std::string all;
        for (const auto& row :
             answer.results().is_array() ? answer.results().as_array() : answer.results().at("data").as_array())
            all += row.at("name").as_string().back();
        return all;
    };
    EXPECT_EQ(names(""), "bCa");
    EXPECT_EQ(names("&sortBy=name"), "abC");
    EXPECT_EQ(names("&sortBy=name&sortDirection=desc"), "Cba");
    EXPECT_EQ(names("&sortBy=created_at&sortDirection=desc"), "aCb");
    EXPECT_EQ(names("&sortDirection=desc"), "aCb");
    EXPECT_EQ(names("&sortBy=last_updated_at&page=2&pageSize=2"), "a");
    EXPECT_EQ(server().get("viewer", of_project("/dashboards?sortBy=slug")).status, 422);
    const auto one = server().get("viewer", of_project("/dashboards?search=Listed")).results().at(0);
    EXPECT_EQ(one.at("views"), 0);
    for (const auto* member : {"firstViewedAt", "pinnedListUuid", "pinnedListOrder"})
        EXPECT_TRUE(one.at(member).is_null()) << member;
}

} // namespace
} // namespace lightdash
