// Versions of charts: history, rollback, and who saved in between.
#include "api/api_server.hpp"

#include <boost/json.hpp>

namespace lightdash {
namespace {

namespace json = boost::json;

std::string definition(int limit, const std::string& more = {})
{
    return R"({"tableName":"orders","metricQuery":{"exploreName":"orders","dimensions":["orders_status"],"metrics":[],)"
           R"("filters":{},"sorts":[],"limit":)" +
           std::to_string(limit) +
           R"(,"tableCalculations":[]},"chartConfig":{"type":"table"},"tableConfig":{"columnOrder":[]})" + more + "}";
}

class ChartVersions : public testing::ApiTest {
protected:
    void SetUp() override
    {
        const auto made = server().post("editor", "/api/v1/projects/" + server().project() + "/saved",
                                        definition(1, R"(,"name":"Versioned","parameters":{"a":1})"));
        ASSERT_EQ(made.status, 200) << made.raw.body;
        chart_ = "/api/v1/saved/" + std::string{made.results().at("uuid").as_string()};
        first_ = made.results().at("versionUuid").as_string().c_str();
    }
    testing::api_answer save(int limit, const std::string& more = {})
    {
        return server().post("editor", chart_ + "/version", definition(limit, more));
    }
    static std::string version_of(const testing::api_answer& answer)
    {
        EXPECT_EQ(answer.status, 200) << answer.raw.body;
        return answer.status == 200 ? std::string{answer.results().at("versionUuid").as_string()} : std::string{};
    }
    json::array history() { return server().get("viewer", chart_ + "/history").results().at("history").as_array(); }

    std::string chart_, first_;
};

TEST_F(ChartVersions, EachSaveKeepsWhatWasThereBefore)
{
    const auto second = save(2);
    EXPECT_NE(version_of(second), first_);
    EXPECT_EQ(second.results().at("metricQuery").at("limit"), 2);
    EXPECT_TRUE(second.results().at("parameters").is_null()) << "a version is the whole definition";
    const auto third = version_of(save(3));
    const auto all = history();
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all[0].at("versionUuid").as_string(), third);
    EXPECT_EQ(all[2].at("versionUuid").as_string(), first_);
    EXPECT_EQ(all[2].at("createdBy").at("firstName"), "Edda");
    EXPECT_EQ(server().get("viewer", chart_).results().at("versionUuid").as_string(), third);

    const auto then = server().get("viewer", chart_ + "/version/" + first_);
    ASSERT_EQ(then.status, 200) << then.raw.body;
    EXPECT_EQ(then.results().at("versionUuid").as_string(), first_);
    EXPECT_EQ(then.results().at("createdAt"), all[2].at("createdAt"));
    EXPECT_EQ(then.results().at("chart").at("metricQuery").at("limit"), 1);
    EXPECT_EQ(then.results().at("chart").at("parameters"), json::parse(R"({"a":1})"));
    const auto now = server().get("viewer", chart_ + "/version/" + third);
    EXPECT_EQ(now.results().at("chart").at("metricQuery").at("limit"), 3);
    EXPECT_EQ(server().get("viewer", chart_ + "/version/" + server().project()).status, 404);
    EXPECT_EQ(server().get("stranger", chart_ + "/version/" + third).status, 403);
}

TEST_F(ChartVersions, RollingBackSavesTheOldVersionAgain)
{
    const auto second = version_of(save(2));
    EXPECT_EQ(server().post("viewer", chart_ + "/rollback/" + first_, "").status, 403);
    ASSERT_EQ(server().post("editor", chart_ + "/rollback/" + first_, "").status, 200);
    const auto back = server().get("viewer", chart_);
    EXPECT_EQ(back.results().at("metricQuery").at("limit"), 1);
    EXPECT_EQ(back.results().at("parameters"), json::parse(R"({"a":1})"));
    EXPECT_EQ(history().size(), 3U);
    EXPECT_EQ(server().post("editor", chart_ + "/rollback/" + second, "").status, 200);
    EXPECT_EQ(server().get("viewer", chart_).results().at("metricQuery").at("limit"), 2);
    EXPECT_EQ(server().post("editor", chart_ + "/rollback/" + server().project(), "").status, 404);
}

TEST_F(ChartVersions, WhoSawAnotherVersionIsToldWhoSavedWhatAndWhen)
{
    ASSERT_EQ(save(2).status, 200);
    const std::string stale = R"("versionUuid":")" + first_ + '"';
    const auto late = server().post("admin", chart_ + "/version", definition(4, "," + stale));
    ASSERT_EQ(late.status, 409) << late.raw.body;
    EXPECT_EQ(late.error_name(), "AlreadyExistsError");
    const auto& data = late.body.at("error").at("data");
    EXPECT_EQ(data.at("versionUuid"), server().get("viewer", chart_).results().at("versionUuid"));
    EXPECT_EQ(data.at("updatedByUser").at("firstName"), "Edda");
    EXPECT_TRUE(data.at("updatedAt").is_string());
    EXPECT_EQ(server().patch("admin", chart_, "{" + stale + R"(,"name":"x"})").status, 409);
    EXPECT_EQ(server().send("admin", "DELETE", chart_, "", {{"If-Match", '"' + first_ + '"'}}).status, 409);
    EXPECT_EQ(server().get("viewer", chart_).results().at("metricQuery").at("limit"), 2);
    EXPECT_EQ(server().get("viewer", chart_).results().at("name"), "Versioned");
    // who says nothing overwrites, as before; who says the newest is the next
    const auto third = version_of(save(3));
    EXPECT_EQ(save(4, R"(,"versionUuid":")" + third + '"').status, 200);
}

TEST_F(ChartVersions, ARenamedChartIsAnotherOneForWhoSawItBefore)
{
    const auto renamed = version_of(server().patch("editor", chart_, R"({"name":"Renamed"})"));
    EXPECT_NE(renamed, first_);
    EXPECT_EQ(history().size(), 1U) << "but none to go back to";
    EXPECT_EQ(save(2, R"(,"versionUuid":")" + first_ + '"').status, 409);
    EXPECT_EQ(version_of(server().patch("editor", chart_, R"({"name":"Renamed"})")), renamed) << "nothing was changed";
}

TEST_F(ChartVersions, WhoHasTheChartIsToldNothingNew)
{
    const auto read = server().get("viewer", chart_);
    const auto tag = read.raw.header("ETag");
    ASSERT_NE(tag.find(first_), std::string::npos) << tag;
    EXPECT_EQ(server().send("viewer", "GET", chart_, "", {{"If-None-Match", tag}}).status, 304);
    ASSERT_EQ(server().send("editor", "PATCH", chart_, R"({"name":"N"})", {{"If-Match", tag}}).status, 200);
    EXPECT_EQ(server().send("viewer", "GET", chart_, "", {{"If-None-Match", tag}}).status, 200);
    EXPECT_EQ(server().send("editor", "PATCH", chart_, R"({"name":"M"})", {{"If-Match", tag}}).status, 409);
}

TEST_F(ChartVersions, AnOlderProgramsChartsAndChangesHaveVersionsToo)
{
    const auto id = chart_.substr(chart_.rfind('/') + 1);
    const auto& database = server().database();
    database.execute("update charts set version_id = null where id = '" + id + "'"); // as it makes them
    const auto found = server().get("viewer", chart_);
    EXPECT_EQ(found.results().at("versionUuid").as_string(), id);
    database.execute("update charts set chart_config = '{\"type\": \"pie\"}' where id = '" + id + "'");
    EXPECT_EQ(history().size(), 2U);
    EXPECT_EQ(server().get("viewer", chart_ + "/version/" + id).results().at("chart").at("chartConfig").at("type"),
              "table");
}

} // namespace
} // namespace lightdash
