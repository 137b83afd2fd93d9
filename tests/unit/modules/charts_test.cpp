// The rules of a chart's definition.
#include "modules/charts/model.hpp"

#include "unit/modules/model_support.hpp"

#include <gmock/gmock.h>

namespace lightdash::charts {
namespace {

using namespace lightdash::testing;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

const std::string valid = R"({
    "name": "Revenue", "tableName": "orders",
    "metricQuery": {"exploreName": "orders", "dimensions": ["orders_status"], "metrics": ["orders_total"],
                    "filters": {}, "sorts": [{"fieldId": "orders_total", "descending": true}], "limit": 500,
                    "tableCalculations": []},
    "chartConfig": {"type": "cartesian", "config": {"layout": {"xField": "orders_status"}}},
    "tableConfig": {"columnOrder": []}
})";

std::vector<std::string> faults(std::string_view part, std::string_view instead)
{
    return faults_of<new_chart>(with(valid, part, instead));
}

TEST(NewChart, TakesAValidDefinitionAndKeepsItsConfiguration)
{
    const auto chart = read_as<new_chart>(valid);
    EXPECT_EQ(chart.name, "Revenue");
    EXPECT_EQ(chart.metric_query.limit, 500);
    EXPECT_EQ(chart.chart_config.type, chart_type::cartesian);
    EXPECT_THAT(chart.chart_config.config->text, HasSubstr(R"("xField")"));
}

TEST(NewChart, RefusesABlankOrOverlongName)
{
    EXPECT_THAT(faults(R"("Revenue")", R"("  ")"), ElementsAre("/name: The name is blank."));
    EXPECT_THAT(faults("Revenue", std::string(255, 'n')), IsEmpty());
    EXPECT_THAT(faults("Revenue", std::string(256, 'n')), ElementsAre(StartsWith("/name: Must have 1 to 255")));
}

TEST(NewChart, RefusesATableThatIsNotItsExplore)
{
    EXPECT_THAT(faults(R"("tableName": "orders")", R"("tableName": "customers")"),
                ElementsAre("/tableName: It must equal metricQuery.exploreName."));
}

TEST(NewChart, RefusesSpacesUntilThereAreAny)
{
    EXPECT_THAT(faults(R"("name")", R"("spaceUuid": null, "dashboardUuid": null, "name")"), IsEmpty());
    EXPECT_THAT(faults(R"("name")", R"("spaceUuid": "3fa85f64-5717-4562-b3fc-2c963f66afa6", "name")"),
                ElementsAre(StartsWith("/spaceUuid: ")));
    EXPECT_THAT(faults(R"("name")", R"("dashboardUuid": "3fa85f64-5717-4562-b3fc-2c963f66afa6", "name")"),
                ElementsAre(StartsWith("/dashboardUuid: ")));
}

TEST(NewChart, RefusesAnEmptySlug)
{
    EXPECT_THAT(faults(R"("name")", R"("slug": "", "name")"), ElementsAre(StartsWith("/slug: ")));
    EXPECT_THAT(faults(R"("name")", R"("slug": "revenue", "name")"), IsEmpty());
}

TEST(NewChart, RefusesADefinitionOfMoreThanHalfAMegabyte)
{
    EXPECT_THAT(faults(R"("orders_status"}})", R"("x"}, "note": ")" + std::string(512 * 1024, 'n') + R"("})"),
                ElementsAre(AllOf(StartsWith("/chartConfig: "), HasSubstr("512 KB"))));
}

TEST(NewChart, MeasuresItsDefinitionAsTheDatabaseStoresIt)
{
    const auto with_parameters = [](const std::string& value) {
        return faults(R"("name")", R"("parameters": {"a": [)" + value + R"(]}, "name")");
    };
    EXPECT_THAT(with_parameters(repeated("1", 170'000)), IsEmpty());
    EXPECT_THAT(with_parameters(repeated("1", 180'000)), // a space behind each comma
                ElementsAre(AllOf(StartsWith("/chartConfig: "), HasSubstr("512 KB"))));
    EXPECT_THAT(with_parameters('"' + std::string(512 * 1024, 'x') + '"'), ElementsAre(HasSubstr("512 KB")));
}

TEST(NewChart, TakesWhatLightdashsOwnClientsSend)
{
    const auto sent = read_as<new_chart>(with(
        with(valid, R"("descending": true)", R"("descending": true, "pivotValues": [{"reference": "a", "value": 1}])"),
        R"("limit": 500)", R"("limit": 500, "metadata": {"hasADateDimension": {"name": "d", "label": "D"}})"));
    EXPECT_EQ(sent.metric_query.metadata->text, R"({"hasADateDimension":{"name":"d","label":"D"}})");
    EXPECT_EQ(sent.metric_query.sorts.at(0).pivot_values->at(0).text, R"({"reference":"a","value":1})");
    EXPECT_THAT(faults(R"("name")", R"("version": 1, "name")"), IsEmpty());
}

TEST(NewChart, RefusesATypeOfChartThatDoesNotExist)
{
    EXPECT_THAT(faults("cartesian", "sunburst"), ElementsAre(StartsWith("/chartConfig/type: ")));
}

TEST(MetricQuery, NeedsAFieldOrACalculation)
{
    const auto bare = with(with(with(valid, R"("orders_status"])", "]"), R"("orders_total"])", "]"),
                           R"({"fieldId": "orders_total", "descending": true})", "");
    EXPECT_THAT(faults_of<new_chart>(bare), ElementsAre(StartsWith("/metricQuery/dimensions: At least one")));
    EXPECT_THAT(
        faults_of<new_chart>(with(bare, R"("tableCalculations": [])", R"("tableCalculations": [{"name": "x"}])")),
        IsEmpty());
}

TEST(MetricQuery, TakesAtMostTwoHundredFields)
{
    const auto of = [](std::size_t count) { return R"("dimensions": [)" + repeated(R"("a")", count) + "]"; };
    EXPECT_THAT(faults(R"("dimensions": ["orders_status"])", of(199)), IsEmpty()); // and one metric
    EXPECT_THAT(faults(R"("dimensions": ["orders_status"])", of(200)),
                ElementsAre(StartsWith("/metricQuery/dimensions: At most 200")));
}

TEST(MetricQuery, RefusesFieldIdsThatCouldNotBeAnAlias)
{
    for (const auto* bad : {"", "a b", "a;drop", "a-b", "a'b"})
        EXPECT_THAT(faults(R"("orders_status"])", '"' + std::string{bad} + "\"]"),
                    ElementsAre(StartsWith("/metricQuery/dimensions: A field id holds")))
            << bad;
    EXPECT_THAT(faults(R"("orders_total"])", R"("orders_total", "a b"])"),
                ElementsAre(StartsWith("/metricQuery/metrics: A field id holds")));
    for (const auto* bad : {"a\u00A0b", "a\u2028b", "a\u201Cb", "a\u3000b", "a\u00D7b", "\uFEFFa"})
        EXPECT_THAT(faults(R"("orders_status"])", '"' + std::string{bad} + "\"]"),
                    ElementsAre(StartsWith("/metricQuery/dimensions: A field id holds")))
            << bad;
    EXPECT_THAT(faults("orders_status", "orders_customer.name_2"), IsEmpty());
}

TEST(MetricQuery, TakesFieldIdsInAnyScript)
{
    for (const auto* good : {"umsatz_gr\u00F6\u00DFe", "\u58F2\u4E0A_\u5408\u8A08",
                             "\u0437\u0430\u043A\u0430\u0437\u044B_\u0441\u0442\u0430\u0442\u0443\u0441", "a\u00BA"})
        EXPECT_THAT(faults(R"("orders_status"])", '"' + std::string{good} + "\"]"), IsEmpty()) << good;
    std::string long_one;
    for (int i = 0; i < 255; ++i)
        long_one += "\u00E9";
    EXPECT_THAT(faults(R"("orders_status"])", '"' + long_one + "\"]"), IsEmpty());
    EXPECT_THAT(faults(R"("orders_status"])", '"' + long_one + "e\"]"), SizeIs(1));
}

TEST(MetricQuery, LimitsItsRows)
{
    for (const auto* good : {"1", "5000"})
        EXPECT_THAT(faults("500", good), IsEmpty()) << good;
    for (const auto* bad : {"0", "5001", "-1"})
        EXPECT_THAT(faults("500", bad), ElementsAre(StartsWith("/metricQuery/limit: Must be between 1 and 5000")))
            << bad;
}

TEST(MetricQuery, SortsBySelectedFieldsOnly)
{
    const auto sorted = with(valid, R"("fieldId": "orders_total")", R"("fieldId": "orders_profit")");
    EXPECT_THAT(faults_of<new_chart>(sorted),
                ElementsAre(AllOf(StartsWith("/metricQuery/sorts: "), HasSubstr("orders_profit"))));
    // It may be a table calculation's name: those are not looked into.
    EXPECT_THAT(
        faults_of<new_chart>(with(sorted, R"("tableCalculations": [])", R"("tableCalculations": [{"name": "x"}])")),
        IsEmpty());
    EXPECT_THAT(faults_of<new_chart>(with(sorted, R"("limit")", R"("customDimensions": [{"id": "x"}], "limit")")),
                IsEmpty());
}

TEST(ChartChanges, ChecksOnlyWhatIsThere)
{
    EXPECT_THAT(faults_of<chart_changes>("{}"), IsEmpty());
    EXPECT_THAT(faults_of<chart_changes>(R"({"name": "\t"})"), ElementsAre("/name: The name is blank."));
    EXPECT_THAT(faults_of<chart_changes>(R"({"name": ""})"), SizeIs(2));
    EXPECT_THAT(faults_of<chart_changes>(R"({"spaceUuid": "3fa85f64-5717-4562-b3fc-2c963f66afa6"})"),
                ElementsAre(StartsWith("/spaceUuid: ")));
    const auto emptied = read_as<chart_changes>(R"({"description": null})");
    EXPECT_TRUE(emptied.description.present);
    EXPECT_FALSE(emptied.description.value);
}

} // namespace
} // namespace lightdash::charts
