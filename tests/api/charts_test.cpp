#include "api/api_server.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <unistd.h>

namespace lightdash {
namespace {

namespace json = boost::json;

class Charts : public testing::ApiTest {
protected:
    static std::string of_project(const std::string& rest) { return "/api/v1/projects/" + server().project() + rest; }
    static std::string body(const std::string& name, const std::string& change_query = {})
    {
        json::value made = json::parse(
            R"({"tableName":"orders","metricQuery":{"exploreName":"orders",)"
            R"("dimensions":["orders_status"],"metrics":["orders_count"],"filters":{},"sorts":[{"fieldId":"orders_count","descending":true}],)"
            R"("limit":500,"tableCalculations":[]},"chartConfig":{"type":"cartesian","config":{"layout":{"x":[1,2.5,null]}}},)"
            R"("tableConfig":{"columnOrder":["orders_status"]}})");
        made.as_object()["name"] = name;
        if (!change_query.empty()) {
            const auto changes = json::parse(change_query);
            for (const auto& [key, value] : changes.as_object())
                made.at("metricQuery").as_object()[key] = value;
        }
        return json::serialize(made);
    }
};

TEST_F(Charts, AChartIsMadeReadListedRenamedAndDeleted)
{
    const auto made = server().post("editor", of_project("/saved"), body("Orders by status"));
    ASSERT_EQ(made.status, 200) << made.raw.body;
    const auto target = "/api/v1/saved/" + std::string{made.results().at("uuid").as_string()};
    const auto read = server().get("editor", target);
    ASSERT_EQ(read.status, 200);
    EXPECT_EQ(read.results(), made.results());
    EXPECT_EQ(read.results().at("chartConfig").at("config"), json::parse(R"({"layout":{"x":[1,2.5,null]}})"));
    EXPECT_EQ(read.results().at("metricQuery").at("limit"), 500);
    EXPECT_EQ(read.results().at("spaceName"), "Shared");
    EXPECT_EQ(read.results().at("isPrivate"), false);
    EXPECT_TRUE(read.results().at("dashboardUuid").is_null());
    EXPECT_EQ(read.results().at("slug"), "orders-by-status");
    const auto renamed = server().patch("editor", target, R"({"name":"New name","description":"why"})");
    ASSERT_EQ(renamed.status, 200);
    EXPECT_EQ(renamed.results().at("name"), "New name");
    bool listed = false;
    const auto c_list = server().get("viewer", of_project("/charts"));
    for (const auto& c : c_list.results().as_array())
        listed = listed || c.at("uuid") == made.results().at("uuid");
    EXPECT_TRUE(listed);
    EXPECT_EQ(server().remove("editor", target).status, 200);
    EXPECT_EQ(server().get("viewer", target).status, 404);
}

// Contract (api.md 3.1): free JSON comes back as it was written.
TEST_F(Charts, NumbersOfFreeJsonComeBackAsTheyWereWritten)
{
    const std::string numbers = R"("config":{"x":[1e-300,-0,1.10,1E5,-0.0,123456789012345678901234567890,"1.10"]})";
    auto sent = body("Numbers", R"({"filters":{"dimensions":{"id":"a","and":[]}}})");
    const auto cut = sent.find(R"("config":)");
    sent.replace(cut, sent.find("}}", cut) + 2 - cut, numbers);
    const auto made = server().post("editor", of_project("/saved"), sent);
    ASSERT_EQ(made.status, 200) << made.raw.body;
    EXPECT_NE(made.raw.body.find(R"({"x": [1e-300, -0, 1.10, 1E5, -0.0, 123456789012345678901234567890, "1.10"]})"),
              std::string::npos)
        << made.raw.body;
    const auto uuid = std::string{made.results().at("uuid").as_string()};
    EXPECT_EQ(server().get("editor", "/api/v1/saved/" + uuid).raw.body.substr(20), made.raw.body.substr(20));
    EXPECT_EQ(
        server().database().value("select pg_typeof(chart_config) || ' ' || (chart_config ->> 'type') from charts "
                                  "where id = '" +
                                  uuid + "'"),
        "jsonb cartesian");
}

TEST_F(Charts, TilesOfADeletedChartStayWithItsNameAndNoChart)
{
    const auto chart = server().post("editor", of_project("/saved"), body("Soon gone")).results();
    const auto uuid = std::string{chart.at("uuid").as_string()};
    const auto dashboard = server().post(
        "editor", of_project("/dashboards"),
        R"({"name":"Keeps","tiles":[{"type":"saved_chart","x":0,"y":0,"w":6,"h":6,"properties":{"savedChartUuid":")" +
            uuid + R"("}}]})");
    ASSERT_EQ(dashboard.status, 201) << dashboard.raw.body;
    ASSERT_EQ(server().remove("editor", "/api/v1/saved/" + uuid).status, 200);
    const auto target = "/api/v1/dashboards/" + std::string{dashboard.results().at("uuid").as_string()};
    const auto after = server().get("viewer", target);
    const auto& tile = after.results().at("tiles").as_array().at(0);
    EXPECT_TRUE(tile.at("properties").at("savedChartUuid").is_null());
    EXPECT_EQ(tile.at("properties").at("chartName"), "Soon gone");
    // And what GET gave can be sent back.
    const auto back =
        server().patch("editor", target, json::serialize(json::object{{"tiles", after.results().at("tiles")}}));
    EXPECT_EQ(back.status, 200) << back.raw.body;
    EXPECT_EQ(back.results().at("tiles"), after.results().at("tiles"));
}

TEST_F(Charts, BadChartsNameTheirFaultsAndAreNotStored)
{
    const auto before = server().database().value("select count(*) from charts");
    for (const std::string change :
         {R"({"dimensions":[],"metrics":[]})", R"({"limit":0})", R"({"limit":5001})",
          R"({"dimensions":["a; drop table users"]})", R"({"sorts":[{"fieldId":"other","descending":true}]})",
          R"({"exploreName":"customers"})", R"({"limit":1.5})", R"({"filters":{"rows":{}}})",
          R"({"filters":{"dimensions":{"and":[{"target":{"fieldId":"a"},"operator":"isLike"}]}}})",
          R"({"filters":{"dimensions":{"or":[{"operator":"equals","values":[1]}]}}})",
          R"({"filters":{"metrics":{"and":[{"target":{"fieldId":"a"},"operator":"equals","values":[{}]}]}}})"}) {
        const auto refused = server().post("editor", of_project("/saved"), body("Bad", change));
        EXPECT_EQ(refused.status, 422) << change << refused.raw.body;
    }
    const auto in_space =
        server().patch("editor", "/api/v1/saved/" + server().database().value("select id from charts limit 1"),
                       R"({"spaceUuid":"00000000-0000-4000-8000-000000000000"})");
    EXPECT_EQ(in_space.status, 403) << in_space.raw.body;
    EXPECT_EQ(server().database().value("select count(*) from charts"), before);
}

// Contract (api.md 7): "Chart in dashboard: dashboardUuid set, spaceUuid = dashboard's space; not in
// /projects/{p}/charts; PATCH /saved keeps it there."
TEST_F(Charts, AChartInADashboardLiesInItsSpaceAndIsNotAmongTheProjectsCharts)
{
    const auto dashboard =
        server().post("editor", of_project("/dashboards"), R"({"name":"Home","tiles":[]})").results();
    const auto of_dashboard = [&](const json::object& more) {
        auto sent = json::parse(body("Inside")).as_object();
        sent["dashboardUuid"] = dashboard.at("uuid");
        for (const auto& [key, value] : more)
            sent[key] = value;
        return server().post("editor", of_project("/saved"), json::serialize(sent));
    };
    const auto other = server().database().value("insert into spaces (project_id, name, inherits) values ('" +
                                                 server().project() + "', 'Other', true) returning id");
    const auto made = of_dashboard({{"spaceUuid", other}}); // the dashboard's decides
    ASSERT_EQ(made.status, 200) << made.raw.body;
    EXPECT_EQ(made.results().at("dashboardUuid"), dashboard.at("uuid"));
    EXPECT_EQ(made.results().at("dashboardName"), "Home");
    EXPECT_EQ(made.results().at("spaceName"), "Shared");
    const auto uuid = made.results().at("uuid");
    const auto listed = [&](const std::string& list) {
        const auto answer = server().get("viewer", of_project(list));
        EXPECT_EQ(answer.status, 200) << answer.raw.body;
        const auto& rows = answer.results().as_array();
        return std::any_of(rows.begin(), rows.end(), [&](const json::value& row) { return row.at("uuid") == uuid; });
    };
    EXPECT_FALSE(listed("/charts"));
    EXPECT_TRUE(listed("/chart-summaries"));
    EXPECT_FALSE(listed("/chart-summaries?excludeChartsSavedInDashboard=true"));

    const auto target = "/api/v1/saved/" + std::string{uuid.as_string()};
    const auto kept = server().patch("editor", target,
                                     R"({"name":"Still inside","spaceUuid":")" +
                                         std::string{made.results().at("spaceUuid").as_string()} + R"("})");
    ASSERT_EQ(kept.status, 200) << kept.raw.body;
    EXPECT_EQ(kept.results().at("dashboardUuid"), dashboard.at("uuid"));
    EXPECT_EQ(kept.results().at("spaceName"), "Shared");
    server().database().execute("update dashboards set space_id = '" + other + "' where id = '" +
                                std::string{dashboard.at("uuid").as_string()} + "'");
    EXPECT_EQ(server().get("viewer", target).results().at("spaceName"), "Other") << "it moves with its dashboard";
    const auto out = server().patch("editor", target, R"({"dashboardUuid":null})");
    EXPECT_EQ(out.results().at("spaceName"), "Other");
    EXPECT_TRUE(out.results().at("dashboardUuid").is_null()) << out.raw.body;
    EXPECT_TRUE(listed("/charts"));
    EXPECT_EQ(of_dashboard({{"dashboardUuid", server().project()}}).status, 400);
}

// Contract (api.md 7): "No spaceUuid → first writable space."
TEST_F(Charts, WithoutASpaceAChartGoesToTheFirstThatItsMakerMayWriteTo)
{
    const auto open = server().database().value("insert into spaces (project_id, name, inherits) values ('" +
                                                server().project() + "', 'Also open', true) returning id");
    const auto hidden = server().database().value("insert into spaces (project_id, name) values ('" +
                                                  server().project() + "', 'Private') returning id");
    EXPECT_EQ(server().post("editor", of_project("/saved"), body("Nowhere")).results().at("spaceName"), "Shared");
    const auto in = [&](const std::string& space, const std::string& as) {
        auto sent = json::parse(body("Somewhere")).as_object();
        sent["spaceUuid"] = space;
        return server().post(as, of_project("/saved"), json::serialize(sent));
    };
    EXPECT_EQ(in(open, "editor").results().at("spaceName"), "Also open");
    EXPECT_EQ(in(hidden, "editor").status, 403);
    const auto secret = in(hidden, "admin");
    ASSERT_EQ(secret.status, 200) << secret.raw.body;
    EXPECT_EQ(secret.results().at("isPrivate"), true);
    const auto target = "/api/v1/saved/" + std::string{secret.results().at("uuid").as_string()};
    EXPECT_EQ(server().get("editor", target).status, 403);
    EXPECT_EQ(server()
                  .get("editor", of_project("/charts"))
                  .raw.body.find("Somewhere\",\"description\":null,\"slug\":\"" +
                                 std::string{secret.results().at("slug").as_string()} + '"'),
              std::string::npos);
    EXPECT_EQ(server().patch("editor", target, R"({"spaceUuid":")" + open + R"("})").status, 403);
    EXPECT_EQ(server().patch("admin", target, R"({"spaceUuid":")" + open + R"("})").results().at("spaceName"),
              "Also open");
    EXPECT_EQ(server().patch("editor", target, R"({"spaceUuid":")" + hidden + R"("})").status, 403);
}

TEST_F(Charts, ACopyLiesWhereItsChartLiesUnderItsOwnName)
{
    const auto made = server().post("editor", of_project("/saved"), body("Source")).results();
    const auto copies = of_project("/saved?duplicateFrom=") + std::string{made.at("uuid").as_string()};
    const auto plain = server().post("editor", copies, "{}");
    ASSERT_EQ(plain.status, 200) << plain.raw.body;
    EXPECT_EQ(plain.results().at("name"), "Copy of Source");
    EXPECT_NE(plain.results().at("uuid"), made.at("uuid"));
    EXPECT_EQ(plain.results().at("metricQuery"), made.at("metricQuery"));
    const auto named = server().post("editor", copies, R"({"chartName":"Mine","chartDesc":"why"})");
    EXPECT_EQ(named.results().at("name"), "Mine");
    EXPECT_EQ(named.results().at("description"), "why");
    EXPECT_EQ(server().post("viewer", copies, "{}").status, 403);
    EXPECT_EQ(server().post("editor", of_project("/saved"), R"({"chartName":"Of nothing"})").status, 422);
    EXPECT_EQ(server().post("editor", of_project("/saved?duplicateFrom=") + server().project(), "{}").status, 404);
    EXPECT_EQ(server().post("stranger", copies, "{}").status, 403);
}

TEST_F(Charts, ListsAreSortedSearchedAndPaged)
{
    const auto token = "Zq" + std::to_string(::getpid());
    for (const auto* name : {"b", "C", "a"})
        ASSERT_EQ(server().post("editor", of_project("/saved"), body(token + ' ' + name)).status, 200);
    const auto names = [&](const std::string& query) {
        const auto answer = server().get("viewer", of_project("/chart-summaries?search=" + token + query));
        EXPECT_EQ(answer.status, 200) << answer.raw.body;
        const auto& rows =
            answer.results().is_array() ? answer.results().as_array() : answer.results().at("data").as_array();
        std::string all;
        for (const auto& row : rows)
            all += row.at("name").as_string().back();
        return all;
    };
    EXPECT_EQ(names(""), "bCa");
    EXPECT_EQ(names("&sortBy=name"), "abC");
    EXPECT_EQ(names("&sortBy=name&sortDirection=desc"), "Cba");
    EXPECT_EQ(names("&sortBy=created_at&sortDirection=desc"), "aCb");
    EXPECT_EQ(names("&sortBy=last_updated_at&page=2&pageSize=2"), "a");
    EXPECT_EQ(server().get("viewer", of_project("/charts?sortBy=slug")).status, 422);
    const auto one = server().get("viewer", of_project("/charts?search=" + token)).results().as_array().at(0);
    EXPECT_EQ(one.at("chartType"), "cartesian");
    EXPECT_EQ(one.at("chartKind"), "vertical_bar");
    EXPECT_EQ(one.at("views"), 0);
    EXPECT_EQ(one.at("spaceName"), "Shared");
}

TEST_F(Charts, KindsAreWhatAConfigurationDraws)
{
    const auto kind = [&](const std::string& config) {
        auto sent = json::parse(body("Kind")).as_object();
        sent["chartConfig"] = json::parse(config);
        const auto uuid = server().post("editor", of_project("/saved"), json::serialize(sent)).results().at("uuid");
        const auto list = server().get("viewer", of_project("/charts?search=Kind"));
        for (const auto& row : list.results().as_array())
            if (row.at("uuid") == uuid)
                return std::string{row.at("chartKind").as_string()};
        return std::string{"not listed"};
    };
    const auto series = [](const std::string& list, const std::string& layout = "{}") {
        return R"({"type":"cartesian","config":{"layout":)" + layout + R"(,"eChartsConfig":{"series":)" + list + "}}}";
    };
    EXPECT_EQ(kind(series(R"([{"type":"line"},{"type":"line"}])")), "line");
    EXPECT_EQ(kind(series(R"([{"type":"line","areaStyle":{}}])")), "area");
    EXPECT_EQ(kind(series(R"([{"type":"line"},{"type":"bar"}])")), "mixed");
    EXPECT_EQ(kind(series(R"([{"type":"bar"}])", R"({"flipAxes":true})")), "horizontal_bar");
    EXPECT_EQ(kind(series("7")), "vertical_bar");
    EXPECT_EQ(kind(series(R"([7,{"type":{}}])")), "{}");
    EXPECT_EQ(kind(R"({"type":"pie","config":[]})"), "pie");
}

TEST_F(Charts, ADeletedChartIsNowhereToBeSeenAndTellsTheDashboardsThatShowedIt)
{
    const auto uuid = std::string{
        server().post("editor", of_project("/saved"), body("Shown twice")).results().at("uuid").as_string()};
    const std::string tile =
        R"({"type":"saved_chart","x":0,"y":0,"w":6,"h":6,"properties":{"savedChartUuid":")" + uuid + R"("}})";
    const auto dashboard =
        server().post("editor", of_project("/dashboards"), R"({"name":"D","tiles":[)" + tile + "," + tile + "]}");
    ASSERT_EQ(dashboard.status, 201) << dashboard.raw.body;
    const auto target = "/api/v1/saved/" + uuid;
    EXPECT_EQ(server().remove("viewer", target).status, 403);
    const auto gone = server().remove("editor", target);
    ASSERT_EQ(gone.status, 200) << gone.raw.body;
    const auto& touched = gone.results().at("dashboards").as_array();
    ASSERT_EQ(touched.size(), 1U);
    EXPECT_EQ(touched[0].at("uuid"), dashboard.results().at("uuid"));
    EXPECT_EQ(touched[0].at("name"), "D");
    EXPECT_EQ(server().get("editor", target).status, 404);
    EXPECT_EQ(server().get("editor", target + "/history").status, 404);
    EXPECT_EQ(server().patch("editor", target, R"({"name":"x"})").status, 404);
    EXPECT_EQ(server().remove("editor", target).status, 404);
    EXPECT_EQ(server().get("editor", of_project("/chart-summaries")).raw.body.find(uuid), std::string::npos);
    EXPECT_EQ(
        server().database().value("select action || ' ' || (detail ->> 'name') || ' ' || user_email from audit_log "
                                  "where subject = 'SavedChart' and subject_id = '" +
                                  uuid + "'"),
        "delete Shown twice editor@lightdash.com");
    EXPECT_NE(server().post("editor", of_project("/saved"), body("Shown twice")).results().at("slug"), "shown-twice")
        << "the slug is kept for whoever restores it";
}

} // namespace
} // namespace lightdash
