// Dashboards that are deleted, and restored.
#include "api/api_server.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace lightdash {
namespace {

namespace json = boost::json;

class DashboardDeletion : public testing::ApiTest {
protected:
    static std::string of_project(const std::string& rest = "/dashboards")
    {
        return "/api/v1/projects/" + server().project() + rest;
    }
    static std::string text_of(const json::value& thing, std::string_view member)
    {
        return std::string{thing.at(member).as_string()};
    }
    static json::value create(const std::string& name)
    {
        const auto made =
            server().post("editor", of_project(),
                          R"({"name":")" + name +
                              R"(","tiles":[{"type":"heading","x":0,"y":0,"w":12,"h":6,"properties":{"text":"t"}}]})");
        EXPECT_EQ(made.status, 201) << made.raw.body;
        return made.results();
    }
    static std::string target_of(const json::value& dashboard)
    {
        return "/api/v1/dashboards/" + text_of(dashboard, "uuid");
    }
    static bool is_listed(const json::value& dashboard, const std::string& query = {})
    {
        const auto listed = server().get("viewer", of_project() + query).results();
        return std::ranges::any_of(listed.as_array(),
                                   [&](const json::value& each) { return each.at("uuid") == dashboard.at("uuid"); });
    }
    static std::string audited(const json::value& dashboard)
    {
        return server().database().value("select string_agg(action || ' ' || user_email || ' ' || (detail ->> 'name'), "
                                         "', ' order by created_at) from audit_log where subject = 'Dashboard' and "
                                         "subject_id = '" +
                                         text_of(dashboard, "uuid") + "'");
    }
};

TEST_F(DashboardDeletion, WhatIsDeletedIsNowhereToBeSeenAndComesBackAsItWas)
{
    const auto made = create("Comes back");
    ASSERT_EQ(server().remove("editor", target_of(made)).status, 200);
    EXPECT_EQ(server().get("admin", target_of(made)).status, 404);
    EXPECT_EQ(server().get("admin", "/api/v1/dashboards/comes-back").status, 404);
    EXPECT_EQ(server().get("admin", target_of(made) + "/history").status, 404);
    for (const std::string change : {R"({"name":"x"})", R"({"tiles":[]})", R"({"tabs":[]})", R"({"config":{}})"})
        EXPECT_EQ(server().patch("admin", target_of(made), change).status, 404) << change;
    EXPECT_EQ(server().post("admin", target_of(made) + "/rollback/00000000-0000-4000-8000-000000000000", "").status,
              404);
    EXPECT_EQ(server().remove("admin", target_of(made)).status, 404);
    EXPECT_FALSE(is_listed(made));
    EXPECT_FALSE(is_listed(made, "?search=comes"));

    const auto restored = server().post("editor", target_of(made) + "/restore", "");
    ASSERT_EQ(restored.status, 200) << restored.raw.body;
    const auto back = server().get("viewer", target_of(made)).results();
    for (const auto member : {"name", "slug", "tiles", "tabs", "versionUuid", "createdAt"})
        EXPECT_EQ(back.at(member), made.at(member)) << member;
    EXPECT_TRUE(is_listed(made));
    EXPECT_EQ(server().post("editor", target_of(made) + "/restore", "").status, 404);
}

TEST_F(DashboardDeletion, OnlyWhoDeletedItAndAdminsRestoreIt)
{
    const auto made = create("Whose");
    ASSERT_EQ(server().remove("admin", target_of(made)).status, 200);
    for (const auto as : {"viewer", "interactive_viewer", "editor", "developer", "stranger"})
        EXPECT_EQ(server().post(as, target_of(made) + "/restore", "").status, 403) << as;
    EXPECT_EQ(server().post("admin", target_of(made) + "/restore", "").status, 200);
    ASSERT_EQ(server().remove("editor", target_of(made)).status, 200);
    EXPECT_EQ(server().post("admin", target_of(made) + "/restore", "").status, 200);
}

TEST_F(DashboardDeletion, DeletionsAndRestorationsStandInTheAuditLog)
{
    const auto made = create("Watched");
    EXPECT_EQ(server().remove("viewer", target_of(made)).status, 403);
    server().remove("editor", target_of(made));
    server().post("admin", target_of(made) + "/restore", "");
    const auto who = [](const std::string& role) {
        return server().database().value("select email from users where role = '" + role +
                                         "' and id in (select user_id from audit_log)");
    };
    EXPECT_EQ(audited(made), "delete " + who("editor") + " Watched, restore " + who("admin") + " Watched");
}

TEST_F(DashboardDeletion, AVersionThatIsNoMoreIsNotDeleted)
{
    const auto made = create("Still used");
    const auto etag = std::string{server().get("viewer", target_of(made)).raw.header("ETag")};
    ASSERT_EQ(server().patch("editor", target_of(made), R"({"name":"Used"})").status, 200);
    EXPECT_EQ(server().send("editor", "DELETE", target_of(made), {}, {{"If-Match", etag}}).status, 409);
    EXPECT_TRUE(is_listed(made));
}

TEST_F(DashboardDeletion, TheSlugOfADeletedDashboardWaitsForIt)
{
    const auto first = create("Same name");
    server().remove("editor", target_of(first));
    const auto second = create("Same name");
    EXPECT_NE(second.at("slug"), first.at("slug"));
    EXPECT_EQ(server().post("editor", target_of(first) + "/restore", "").status, 200);
    EXPECT_EQ(server().get("viewer", "/api/v1/dashboards/same-name").results().at("uuid"), first.at("uuid"));
}

} // namespace
} // namespace lightdash
