// What is kept of a dashboard when it is saved, and what is refused when somebody else saved in between.
#include "api/api_server.hpp"

#include <boost/json.hpp>

#include <atomic>
#include <thread>

namespace lightdash {
namespace {

namespace json = boost::json;

class DashboardVersions : public testing::ApiTest {
protected:
    static std::string of_project(const std::string& rest = "/dashboards")
    {
        return "/api/v1/projects/" + server().project() + rest;
    }
    static std::string heading(const std::string& text)
    {
        return R"({"type":"heading","x":0,"y":0,"w":12,"h":6,"properties":{"text":")" + text + R"("}})";
    }
    static std::string chart_tile(const std::string& chart)
    {
        return R"({"type":"saved_chart","x":12,"y":0,"w":12,"h":6,"properties":{"savedChartUuid":")" + chart + R"("}})";
    }
    static std::string text_of(const json::value& thing, std::string_view member)
    {
        return std::string{thing.at(member).as_string()};
    }
    // Returns the whole answer's results.
    static json::value create(const std::string& name, const std::string& tiles)
    {
        const auto made =
            server().post("editor", of_project(), R"({"name":")" + name + R"(","tiles":[)" + tiles + R"(]})");
        EXPECT_EQ(made.status, 201) << made.raw.body;
        return made.results();
    }
    static std::string target_of(const json::value& dashboard)
    {
        return "/api/v1/dashboards/" + text_of(dashboard, "uuid");
    }
    static json::value save(const json::value& dashboard, const std::string& body)
    {
        const auto saved = server().patch("editor", target_of(dashboard), body);
        EXPECT_EQ(saved.status, 200) << saved.raw.body;
        return saved.results();
    }
    static json::array history_of(const json::value& dashboard)
    {
        const auto answer = server().get("viewer", target_of(dashboard) + "/history");
        EXPECT_EQ(answer.status, 200) << answer.raw.body;
        return answer.results().at("history").as_array();
    }
    static json::value without(json::value thing, std::initializer_list<std::string_view> members)
    {
        for (const auto member : members)
            thing.as_object().erase(member);
        return thing;
    }
    static json::value content_of(const json::value& dashboard)
    {
        json::object made;
        for (const auto member : {"tabs", "filters", "parameters", "config"})
            made[member] = dashboard.at(member);
        return made;
    }
};

TEST_F(DashboardVersions, EverySaveMakesAnotherVersionAndTheContentsVersionsAreListed)
{
    const auto made = create("Versions", heading("one"));
    EXPECT_EQ(made.at("dashboardVersionId"), 1);
    ASSERT_EQ(history_of(made).size(), 1U);
    EXPECT_EQ(history_of(made)[0].at("versionUuid"), made.at("versionUuid"));

    const auto second = save(made, R"({"tiles":[)" + heading("two") + "]}");
    EXPECT_EQ(second.at("dashboardVersionId"), 2);
    EXPECT_NE(second.at("versionUuid"), made.at("versionUuid"));
    const auto third = save(made, R"({"parameters":{"region":"north"}})");
    EXPECT_EQ(third.at("dashboardVersionId"), 3);
    const auto fourth = save(made, R"({"tabs":[]})");
    EXPECT_EQ(fourth.at("dashboardVersionId"), 4);

    const auto listed = history_of(made);
    ASSERT_EQ(listed.size(), 4U);
    EXPECT_EQ(listed[0].at("versionUuid"), fourth.at("versionUuid"));
    EXPECT_EQ(listed[1].at("versionUuid"), third.at("versionUuid"));
    EXPECT_EQ(listed[3].at("versionUuid"), made.at("versionUuid"));
    for (const auto& version : listed) {
        EXPECT_EQ(version.at("dashboardUuid"), made.at("uuid"));
        EXPECT_FALSE(version.at("createdBy").at("firstName").as_string().empty());
    }
    EXPECT_EQ(server().get("viewer", target_of(made)).results().at("versionUuid"), fourth.at("versionUuid"));
}

TEST_F(DashboardVersions, ARenameChangesTheVersionAndNoHistory)
{
    const auto made = create("Before", heading("one"));
    const auto renamed = save(made, R"({"name":"After"})");
    EXPECT_NE(renamed.at("versionUuid"), made.at("versionUuid"));
    EXPECT_EQ(renamed.at("dashboardVersionId"), made.at("dashboardVersionId"));
    ASSERT_EQ(history_of(made).size(), 1U);
    EXPECT_EQ(history_of(made)[0].at("versionUuid"), renamed.at("versionUuid"));
}

TEST_F(DashboardVersions, ARollbackMakesAnEarlierVersionTheNewestAndKeepsTheOthers)
{
    const auto chart =
        server().database().value("select id from charts where project_id = '" + server().project() + "' limit 1");
    const std::string tab = "11111111-1111-4111-8111-111111111111";
    const auto first = save(create("Back", heading("one") + "," + chart_tile(chart)),
                            R"({"tabs":[{"uuid":")" + tab +
                                R"(","name":"Tab","order":0}],"parameters":{"a":[1]},)"
                                R"("config":{"isDateZoomDisabled":true},"filters":{"dimensions":[{"id":"x"}]}})");
    const auto second = save(first, R"({"tabs":[],"parameters":{},"config":{},"filters":{},"tiles":[]})");
    EXPECT_TRUE(second.at("tiles").as_array().empty());

    const auto back = server().post("editor", target_of(first) + "/rollback/" + text_of(first, "versionUuid"), "");
    ASSERT_EQ(back.status, 200) << back.raw.body;
    EXPECT_EQ(content_of(back.results()), content_of(first));
    EXPECT_EQ(back.results().at("tiles"), first.at("tiles"));
    EXPECT_EQ(back.results().at("dashboardVersionId"), 4);
    EXPECT_EQ(history_of(first).size(), 4U);
    const auto forth = server().post("editor", target_of(first) + "/rollback/" + text_of(second, "versionUuid"), "");
    EXPECT_TRUE(forth.results().at("tiles").as_array().empty()) << forth.raw.body;
}

TEST_F(DashboardVersions, ARollbackToWhatIsNoVersionOfTheDashboardAnswers404)
{
    const auto made = create("Nowhere", heading("one"));
    const auto other = save(create("Elsewhere", ""), R"({"tiles":[]})");
    const auto of_other = text_of(history_of(other)[1], "versionUuid");
    for (const auto& version : {std::string{"00000000-0000-4000-8000-000000000000"}, of_other}) {
        const auto refused = server().post("editor", target_of(made) + "/rollback/" + version, "");
        EXPECT_EQ(refused.status, 404);
        EXPECT_NE(refused.raw.body.find(version), std::string::npos) << refused.raw.body;
    }
    EXPECT_EQ(server().post("editor", target_of(made) + "/rollback/latest", "").status, 400);
    EXPECT_EQ(server().post("viewer", target_of(other) + "/rollback/" + of_other, "").status, 403);
    EXPECT_EQ(server().post("stranger", target_of(other) + "/rollback/" + of_other, "").status, 403);
    EXPECT_EQ(server().get("stranger", target_of(other) + "/history").status, 403);
    EXPECT_EQ(history_of(made).size(), 1U);
}

TEST_F(DashboardVersions, ASaveOfAnotherVersionThanWasSeenIsRefusedAndSaysWhoSaved)
{
    const auto seen = create("Contended", heading("one"));
    const auto saved = save(seen, R"({"name":"Faster"})");
    for (const std::string change :
         {R"("name":"Slower")", R"("tiles":[])", R"("tabs":[])", R"("parameters":{"a":1})"}) {
        const auto refused = server().patch(
            "editor", target_of(seen), "{" + change + R"(,"versionUuid":")" + text_of(seen, "versionUuid") + R"("})");
        EXPECT_EQ(refused.status, 409) << change << refused.raw.body;
        const auto message = text_of(refused.body.at("error"), "message");
        EXPECT_NE(message.find(text_of(saved.at("updatedByUser"), "lastName")), std::string::npos) << message;
        EXPECT_NE(message.find(text_of(saved, "updatedAt")), std::string::npos) << message;
    }
    const auto refused = server().patch("editor", target_of(seen),
                                        R"({"name":"x","versionUuid":")" + text_of(seen, "versionUuid") + R"("})");
    const auto& who = refused.body.at("error").at("data");
    for (const auto member : {"versionUuid", "dashboardVersionId", "updatedAt", "updatedByUser"})
        EXPECT_EQ(who.at(member), saved.at(member)) << member;
    EXPECT_EQ(server().get("editor", target_of(seen)).results(), saved);
    const auto now = server().patch("editor", target_of(seen),
                                    R"({"tiles":[],"versionUuid":")" + text_of(saved, "versionUuid") + R"("})");
    EXPECT_EQ(now.status, 200) << now.raw.body;
    EXPECT_EQ(server().patch("editor", target_of(seen), R"({"name":"Without a version"})").status, 200);
}

TEST_F(DashboardVersions, IfMatchSaysTheSameAsAVersionInTheBodyAndBothMustHold)
{
    const auto made = create("Matched", heading("one"));
    const auto etag_of = [&] { return std::string{server().get("viewer", target_of(made)).raw.header("ETag")}; };
    const auto send = [&](const std::string& method, const std::string& etag, const std::string& body,
                          const std::string& rest = {}) {
        return server().send("editor", method, target_of(made) + rest, body, {{"If-Match", etag}}).status;
    };
    const auto first = etag_of();
    EXPECT_EQ(send("PATCH", first, R"({"tiles":[]})"), 200);
    EXPECT_EQ(send("PATCH", first, R"({"tiles":[]})"), 409);
    EXPECT_EQ(send("PATCH", first, R"({"name":"x"})"), 409);
    EXPECT_EQ(send("POST", first, "", "/rollback/" + text_of(made, "versionUuid")), 409);
    EXPECT_EQ(send("PATCH", "*", R"({"name":"y"})"), 200);
    EXPECT_EQ(send("PATCH", etag_of(), R"({"name":"z","versionUuid":")" + text_of(made, "versionUuid") + R"("})"), 409);
    EXPECT_EQ(send("PATCH", "no tag", R"({"name":"z"})"), 400);
    EXPECT_EQ(send("POST", etag_of(), "", "/rollback/" + text_of(made, "versionUuid")), 200);
}

TEST_F(DashboardVersions, WhoHasTheAnswerIsTold304UntilAnythingInItChanges)
{
    const auto chart = server().post(
        "editor", of_project("/saved"),
        R"({"name":"First name","tableName":"orders","metricQuery":{"exploreName":"orders",)"
        R"("dimensions":["orders_status"],"metrics":[],"filters":{},"sorts":[],"limit":500,"tableCalculations":[]},)"
        R"("chartConfig":{"type":"table"},"tableConfig":{"columnOrder":[]}})");
    const auto made = create("Kept", chart_tile(text_of(chart.results(), "uuid")));
    const auto etag_of = [&] { return std::string{server().get("viewer", target_of(made)).raw.header("ETag")}; };
    const auto known = [&](const std::string& etag) {
        return server().send("viewer", "GET", target_of(made), {}, {{"If-None-Match", etag}});
    };
    const auto first = etag_of();
    EXPECT_EQ(known(first).raw.status, 304);
    EXPECT_TRUE(known(first).raw.body.empty());
    EXPECT_EQ(server()
                  .patch("editor", "/api/v1/saved/" + text_of(chart.results(), "uuid"), R"({"name":"Second name"})")
                  .status,
              200);
    EXPECT_EQ(known(first).status, 200) << "a renamed chart in a tile";
    const auto second = etag_of();
    save(made, R"({"description":"changed"})");
    EXPECT_EQ(known(second).status, 200) << "a changed description";
    const auto third = etag_of();
    server().database().execute("update users set first_name = 'Anna' where id = '" +
                                text_of(made.at("updatedByUser"), "userUuid") + "'");
    EXPECT_EQ(known(third).status, 200) << "a renamed editor";
    EXPECT_EQ(known(etag_of()).raw.status, 304);
}

TEST_F(DashboardVersions, OfAHundredParallelEditorsExactlyOneWinsPerVersion)
{
    const auto seen = create("Crowded", heading("one"));
    std::string version = text_of(seen, "versionUuid");
    for (const auto& change : {R"("tiles":[)" + heading("mine") + "]", std::string{R"("name":"Mine")"},
                               std::string{R"("config":{"a":1})"}, std::string{R"("tabs":[])"}}) {
        std::atomic<int> won{0}, lost{0};
        std::vector<std::thread> editors;
        for (int i = 0; i < 100; ++i)
            editors.emplace_back([&] {
                int status = 503; // there is room for so many waiters only
                while (status == 503)
                    status =
                        server()
                            .patch("editor", target_of(seen), "{" + change + R"(,"versionUuid":")" + version + R"("})")
                            .status;
                won += status == 200;
                lost += status == 409;
            });
        for (auto& editor : editors)
            editor.join();
        EXPECT_EQ(won, 1) << change;
        EXPECT_EQ(lost, 99) << change;
        version = text_of(server().get("viewer", target_of(seen)).results(), "versionUuid");
    }
    EXPECT_EQ(history_of(seen).size(), 4U);
}

TEST_F(DashboardVersions, WhatGetGaveCanBePatchedBackWholeAndUnchanged)
{
    const auto chart =
        server().database().value("select id from charts where project_id = '" + server().project() + "' limit 1");
    const auto made = create("Whole", heading("one") + "," + chart_tile(chart));
    const auto back = server().patch("editor", target_of(made), json::serialize(made));
    ASSERT_EQ(back.status, 200) << back.raw.body;
    const auto saved = {std::string_view{"versionUuid"}, std::string_view{"dashboardVersionId"},
                        std::string_view{"updatedAt"}};
    EXPECT_EQ(without(back.results(), saved), without(made, saved));
}

TEST_F(DashboardVersions, WhatAnOlderProgramOrPlainSqlSavesIsKeptToo)
{
    const auto made = create("By hand", heading("one"));
    server().database().execute("update dashboards set parameters = '{\"a\": 1}' where id = '" + text_of(made, "uuid") +
                                "'");
    const auto now = server().get("viewer", target_of(made)).results();
    EXPECT_EQ(now.at("dashboardVersionId"), 2);
    EXPECT_NE(now.at("versionUuid"), made.at("versionUuid"));
    const auto back = server().post("editor", target_of(made) + "/rollback/" + text_of(made, "versionUuid"), "");
    ASSERT_EQ(back.status, 200) << back.raw.body;
    EXPECT_EQ(back.results().at("parameters"), made.at("parameters"));
}

TEST_F(DashboardVersions, ARolledBackTileWhoseChartIsGoneKeepsTheChartsName)
{
    const auto chart = server().post(
        "editor", of_project("/saved"),
        R"({"name":"Short lived","tableName":"orders","metricQuery":{"exploreName":"orders",)"
        R"("dimensions":["orders_status"],"metrics":[],"filters":{},"sorts":[],"limit":500,"tableCalculations":[]},)"
        R"("chartConfig":{"type":"table"},"tableConfig":{"columnOrder":[]}})");
    const auto made = create("Gone", chart_tile(text_of(chart.results(), "uuid")));
    save(made, R"({"tiles":[]})");
    EXPECT_EQ(server().remove("editor", "/api/v1/saved/" + text_of(chart.results(), "uuid")).status, 200);
    const auto back = server().post("editor", target_of(made) + "/rollback/" + text_of(made, "versionUuid"), "");
    ASSERT_EQ(back.status, 200) << back.raw.body;
    const auto& properties = back.results().at("tiles").as_array().at(0).at("properties");
    EXPECT_TRUE(properties.at("savedChartUuid").is_null());
    EXPECT_EQ(properties.at("chartName"), "Short lived");
}

} // namespace
} // namespace lightdash
