#include "api/api_server.hpp"

#include <boost/json.hpp>

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
    const auto read = server().get("viewer", target);
    ASSERT_EQ(read.status, 200);
    EXPECT_EQ(read.results(), made.results());
    EXPECT_EQ(read.results().at("chartConfig").at("config"), json::parse(R"({"layout":{"x":[1,2.5,null]}})"));
    EXPECT_EQ(read.results().at("metricQuery").at("limit"), 500);
    EXPECT_TRUE(read.results().at("spaceUuid").is_null());
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
    EXPECT_EQ(server().get("viewer", "/api/v1/saved/" + uuid).raw.body.substr(20), made.raw.body.substr(20));
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
          R"({"exploreName":"customers"})", R"({"limit":1.5})"}) {
        const auto refused = server().post("editor", of_project("/saved"), body("Bad", change));
        EXPECT_EQ(refused.status, 422) << change << refused.raw.body;
    }
    const auto in_space =
        server().patch("editor", "/api/v1/saved/" + server().database().value("select id from charts limit 1"),
                       R"({"spaceUuid":"00000000-0000-4000-8000-000000000000"})");
    EXPECT_EQ(in_space.status, 422);
    EXPECT_EQ(server().database().value("select count(*) from charts"), before);
}

} // namespace
} // namespace lightdash
