// Charts that belong to a dashboard: they go where it goes.
#include "api/api_server.hpp"

#include <boost/json.hpp>

#include <set>
#include <vector>

namespace lightdash {
namespace {

namespace json = boost::json;

class ChartsInDashboards : public testing::ApiTest {
protected:
    // Of the demo project unless a test says which.
    static inline std::string project;
    void SetUp() override { project = server().project(); }
    static std::string of_project(const std::string& rest) { return "/api/v1/projects/" + project + rest; }
    static std::string text_of(const json::value& thing, std::string_view member)
    {
        return std::string{thing.at(member).as_string()};
    }
    static std::string chart(const std::string& name, const std::string& dashboard = {})
    {
        const auto made = server().post(
            "editor", of_project("/saved"),
            R"({"name":")" + name +
                R"(","tableName":"orders","metricQuery":{"exploreName":"orders","dimensions":["orders_status"],)"
                R"("metrics":[],"filters":{},"sorts":[],"limit":500,"tableCalculations":[]},"chartConfig":{"type":"table"},)"
                R"("tableConfig":{"columnOrder":[]})" +
                (dashboard.empty() ? "" : R"(,"dashboardUuid":")" + dashboard + '"') + "}");
        EXPECT_EQ(made.status, 200) << made.raw.body;
        return text_of(made.results(), "uuid");
    }
    static std::string tiles(const std::vector<std::string>& charts)
    {
        std::string all;
        for (const auto& uuid : charts)
            all +=
                (all.empty() ? "" : ",") +
                (R"({"type":"saved_chart","x":0,"y":0,"w":9,"h":6,"properties":{"savedChartUuid":")" + uuid + "\"}}");
        return R"("tiles":[)" + all + "]";
    }
    static std::string dashboard(const std::vector<std::string>& charts = {})
    {
        const auto made =
            server().post("editor", of_project("/dashboards"), R"({"name":"Has charts",)" + tiles(charts) + "}");
        EXPECT_EQ(made.status, 201) << made.raw.body;
        return text_of(made.results(), "uuid");
    }
    static void show(const std::string& on, const std::vector<std::string>& charts)
    {
        const auto changed = server().patch("editor", "/api/v1/dashboards/" + on, "{" + tiles(charts) + "}");
        EXPECT_EQ(changed.status, 200) << changed.raw.body;
    }
    static json::value shown(const std::string& on)
    {
        return server().get("editor", "/api/v1/dashboards/" + on).results().at("tiles");
    }
    static int status(const std::string& chart_uuid)
    {
        return server().get("admin", "/api/v1/saved/" + chart_uuid).status;
    }
};

TEST_F(ChartsInDashboards, GoWithTheDashboardThatIsDeletedAndThoseAloneComeBackWithIt)
{
    const auto home = dashboard(), other = dashboard();
    const auto first = chart("First", home), second = chart("Second", home), gone_before = chart("Before", home);
    const auto guest = chart("Guest");
    show(home, {first, second, guest});
    show(other, {first});
    ASSERT_EQ(server().remove("editor", "/api/v1/saved/" + gone_before).status, 200);
    const auto before = shown(home);

    const auto gone = server().remove("editor", "/api/v1/dashboards/" + home);
    ASSERT_EQ(gone.status, 200) << gone.raw.body;
    const auto& charts = gone.results().at("charts").as_array();
    ASSERT_EQ(charts.size(), 2U) << gone.raw.body;
    EXPECT_EQ(charts[0].at("name"), "First");
    EXPECT_EQ(text_of(charts[1], "uuid"), second);
    EXPECT_EQ(status(first), 404);
    EXPECT_EQ(status(second), 404);
    EXPECT_EQ(status(guest), 200);
    EXPECT_TRUE(shown(other).at(0).at("properties").at("savedChartUuid").is_null());
    EXPECT_EQ(
        server().database().value("select count(*) from audit_log where subject = 'SavedChart' and action = 'delete' "
                                  "and subject_id in ('" +
                                  first + "', '" + second + "')"),
        "2");

    ASSERT_EQ(server().post("editor", "/api/v1/dashboards/" + home + "/restore", "").status, 200);
    EXPECT_EQ(shown(home), before);
    EXPECT_EQ(text_of(shown(other).at(0).at("properties"), "savedChartUuid"), first);
    EXPECT_EQ(status(first), 200);
    EXPECT_EQ(status(gone_before), 404) << "it was deleted by itself";
}

TEST_F(ChartsInDashboards, ArePurgedWithItAndWithTheirProject)
{
    const auto home = dashboard();
    const auto inside = chart("Inside", home);
    show(home, {inside});
    ASSERT_EQ(server().remove("editor", "/api/v1/dashboards/" + home).status, 200);
    server().database().execute("delete from dashboards where id = '" + home + "'"); // as the sweep does
    EXPECT_EQ(server().database().value("select count(*) from charts where id = '" + inside + "'"), "0");

    project = text_of(server()
                          .post("admin", "/api/v1/org/projects",
                                R"({"name":"Goes","type":"DEFAULT","dbtConnection":{"type":"none"}})")
                          .results()
                          .at("project"),
                      "projectUuid");
    const auto there = dashboard();
    const auto of_there = chart("There", there);
    show(there, {of_there});
    EXPECT_EQ(server().remove("admin", of_project("")).status, 200);
    EXPECT_EQ(server().database().value("select count(*) from charts where id = '" + of_there + "'"), "0");
}

TEST_F(ChartsInDashboards, AreCopiedWithTheDashboardAndOthersAreShared)
{
    const auto home = dashboard();
    const auto inside = chart("Own chart", home), unshown = chart("On no tile", home), guest = chart("A guest");
    show(home, {inside, guest, inside});
    const auto copied = server().post("editor", of_project("/dashboards?duplicateFrom=" + home), "{}");
    ASSERT_EQ(copied.status, 201) << copied.raw.body;
    std::set<std::string> own;
    for (const auto& tile : copied.results().at("tiles").as_array()) {
        const auto& of_chart = tile.at("properties");
        const auto shows = text_of(of_chart, "savedChartUuid");
        EXPECT_NE(shows, inside);
        EXPECT_EQ(of_chart.at("belongsToDashboard"), shows != guest);
        if (shows != guest)
            own.insert(shows);
    }
    ASSERT_EQ(own.size(), 1U) << copied.raw.body;
    const auto copy = server().get("viewer", "/api/v1/saved/" + *own.begin()).results();
    EXPECT_EQ(copy.at("name"), "Own chart");
    EXPECT_EQ(copy.at("dashboardUuid"), copied.results().at("uuid"));
    EXPECT_EQ(copy.at("spaceUuid"), copied.results().at("spaceUuid"));
    EXPECT_EQ(server().database().value("select count(*) from charts where dashboard_id = '" +
                                        text_of(copied.results(), "uuid") + "'"),
              "1");
    const auto again = server().post("editor", of_project("/dashboards?duplicateFrom=" + home), "{}");
    EXPECT_EQ(again.status, 201) << again.raw.body;
}

} // namespace
} // namespace lightdash
