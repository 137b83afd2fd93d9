// What the compiler of explores refuses, and what it tells beside the statement. What it makes is compared in
// tests/integration/modules/explores_golden_test.cpp.
#include "modules/explores/compiler/compiler.hpp"
#include "modules/explores/compiler/moments.hpp"
#include "unit/modules/model_support.hpp"

#include <fstream>
#include <iterator>

namespace lightdash::explores {
namespace {

using testing::read_as;

explore orders()
{
    std::ifstream from{"tests/golden/explores/orders.json"};
    return read_as<explore>(std::string{std::istreambuf_iterator<char>{from}, {}});
}

compile_options noon()
{
    return {.now = std::chrono::sys_days{std::chrono::year{2025} / 1 / 3} + std::chrono::hours{12}};
}

compiled_query compiled(std::string_view query)
{
    return compile(orders(), read_as<metric_query>(query), noon());
}

// "kind fieldId: message"
std::string refusal_of(const explore& over, std::string_view query)
{
    try {
        return "compiled: " + compile(over, read_as<metric_query>(query), noon()).sql;
    } catch (const error& failure) {
        return std::string{to_string(failure.kind())} + ' ' + failure.data() + ' ' + failure.message();
    }
}
std::string refusal(std::string_view query)
{
    return refusal_of(orders(), query);
}

std::string filtered(std::string_view rule)
{
    return R"({"dimensions":["orders_status"],"metrics":[],"filters":{"dimensions":{"id":"g","and":[)" +
           std::string{rule} + "]}}}";
}
std::string calculated(std::string_view sql)
{
    std::string text =
        R"({"dimensions":["orders_status"],"metrics":["orders_order_count"],"tableCalculations":[{"name":"mine","sql":)";
    json::write_text(text, sql);
    return text + "}]}";
}
// The explore with the SQL of orders.amount in other words.
explore with_amount(std::string_view sql)
{
    auto made = orders();
    made.tables->at("orders").dimensions.at("amount").sql = std::string{sql};
    return made;
}
constexpr std::string_view by_amount = R"({"dimensions":["orders_amount"],"metrics":[]})";

void expect_part(const std::string& whole, std::string_view part)
{
    EXPECT_NE(whole.find(part), std::string::npos) << whole;
}

TEST(ExploreCompiler, NamesTheFieldThatIsNotThere)
{
    expect_part(
        refusal(R"({"dimensions":["orders_nothing"],"metrics":[]})"),
        R"(unknown_field {"fieldId":"orders_nothing"} The explore "orders" has no dimension "orders_nothing".)");
    expect_part(refusal(R"({"dimensions":[],"metrics":["orders_status"]})"), "has no metric \"orders_status\"");
    expect_part(refusal(filtered(R"({"target":{"fieldId":"orders_x"},"operator":"isNull"})")), "unknown_field");
    expect_part(
        refusal(
            R"({"dimensions":["orders_status"],"metrics":[],"sorts":[{"fieldId":"orders_amount","descending":true}]})"),
        "sorted by \"orders_amount\", which it does not select");
    expect_part(refusal_of(with_amount("${gone} + 1"), by_amount), R"({"fieldId":"orders_amount"})");
}

TEST(ExploreCompiler, RefusesSqlThatCouldEndWhatItStandsIn)
{
    for (const std::string_view sql : {"1; DROP TABLE orders", "1) FROM orders --", "a, b", "'open", "\"open",
                                       "/* open", "$1", "(1", "1]", "${amount", "$$ open", "", " -- nothing"})
        expect_part(refusal_of(with_amount(sql), by_amount), "compile_failed");
}

TEST(ExploreCompiler, RefusesUserAttributesAndParameters)
{
    expect_part(refusal_of(with_amount("${lightdash.attribute.region}"), by_amount), "not supported");
    expect_part(refusal_of(with_amount("${ld.parameters.x}"), by_amount), "not supported");
    expect_part(refusal_of(with_amount("'${lightdash.attribute.region}'"), by_amount), "inside of quotes");
    auto closed = orders();
    closed.tables->at("orders").dimensions.at("amount").required_attributes = json::raw{R"({"is_boss":"true"})"};
    expect_part(refusal_of(closed, by_amount), "user attributes");
}

TEST(ExploreCompiler, RefusesCircles)
{
    expect_part(refusal_of(with_amount("${amount} + 1"), by_amount), "refers to itself");
    auto circle = with_amount("${weight}");
    circle.tables->at("orders").dimensions.at("weight").sql = "${amount}";
    expect_part(refusal_of(circle, by_amount), "refers to itself");
    expect_part(refusal(calculated("${mine} + 1")), "refers to itself");
}

TEST(ExploreCompiler, DoesNotGrowBeyondAMegabyte)
{
    auto large = orders();
    auto& dimensions = large.tables->at("orders").dimensions;
    dimension each = dimensions.at("amount");
    for (int i = 1; i <= 30; ++i) {
        const auto before = i == 1 ? "amount" : "d" + std::to_string(i - 1);
        each.sql = "${" + before + "} + ${" + before + "}";
        dimensions["d" + std::to_string(i)] = each;
    }
    expect_part(refusal_of(large, R"({"dimensions":["orders_d30"],"metrics":[]})"), "more than 1000000 bytes");
}

TEST(ExploreCompiler, RefusesFiltersThatDoNotFitTheField)
{
    expect_part(refusal(filtered(R"({"target":{"fieldId":"orders_status"},"operator":"inThePast","values":[1]})")),
                "cannot be \"inThePast\"");
    for (const std::string_view value : {R"("many")", R"("1e999")", R"("NaN")", R"("1; --")", "true", "null", R"("")"})
        expect_part(refusal(filtered(R"({"target":{"fieldId":"orders_amount"},"operator":"equals","values":[)" +
                                     std::string{value} + "]}")),
                    "compile_failed {\"fieldId\":\"orders_amount\"}");
    for (const std::string_view value : {"yesterday", "2024-02-30", "2024-01-01T25:00:00Z", "0000-01-01", "infinity"})
        expect_part(refusal(filtered(R"({"target":{"fieldId":"orders_order_date"},"operator":"equals","values":[")" +
                                     std::string{value} + "\"]}")),
                    "is not a date or time");
    expect_part(refusal(filtered(R"({"target":{"fieldId":"orders_amount"},"operator":"inBetween","values":[1]})")),
                "needs two values");
    expect_part(refusal(filtered(R"({"target":{"fieldId":"orders_order_date"},"operator":"inThePast","values":[99999],)"
                                 R"("settings":{"unitOfTime":"years"}})")),
                "within the years");
}

TEST(ExploreCompiler, RefusesTableCalculationsThatAreMoreThanACalculation)
{
    for (const std::string_view sql :
         {"(SELECT 1)", "pg_sleep(9)", "pg_read_file('/etc/passwd')", "query_to_xml('select 1', true, true, '')",
          "password", "users.password", "\"password\"", "(TABLE users)", "(VALUES (1))", "1; DELETE FROM users", "1)",
          "current_user", "public.f(1)", "'a'::regclass", "1 FROM orders", "dblink('', '')"})
        expect_part(refusal(calculated(sql)), "compile_failed {\"fieldId\":\"mine\"}");
    expect_part(refusal(calculated("${orders.amount}")), "which the query does not select");
}

TEST(ExploreCompiler, RefusesAnExploreThatHasErrors)
{
    const auto broken = read_as<explore>(R"({"name":"o","label":"O","errors":[{"type":"X","message":"No table."}]})");
    expect_part(refusal_of(broken, by_amount), "The explore \"o\" has errors: No table.");
}

TEST(ExploreCompiler, RefusesMetricsOfTypesThatItDoesNotKnow)
{
    expect_part(refusal(R"({"dimensions":[],"metrics":["orders_strange"]})"), "sum_distinct");
}

TEST(ExploreCompiler, TakesNoSqlFromWhoeverAsks)
{
    expect_part(refusal(R"({"dimensions":[],"metrics":["orders_x"],"additionalMetrics":[)"
                        R"({"table":"orders","name":"x","type":"sum","sql":"1 + 1"}]})"),
                "SQL of its own is not supported");
    expect_part(refusal(R"({"dimensions":["a"],"metrics":[],"customDimensions":[{"id":"a"}]})"), "not supported");
}

TEST(ExploreCompiler, TellsTheColumnsInTheOrderOfTheQuery)
{
    const auto made = compiled(R"({"dimensions":["orders_order_date_month"],"metrics":["orders_share"],)"
                               R"("tableCalculations":[{"name":"Mine","displayName":"My own","sql":"1"}]})");
    EXPECT_EQ(
        testing::json_of(made.columns),
        R"([{"fieldId":"orders_order_date_month","name":"orders_order_date_month","type":"date","kind":"dimension","label":"Order date month"},)"
        R"({"fieldId":"orders_share","name":"orders_share","type":"number","kind":"metric","label":"Share"},)"
        R"({"fieldId":"Mine","name":"calculation_1","type":"number","kind":"table_calculation","label":"My own"}])");
}

TEST(ExploreCompiler, KeepsNamesApartThatPostgresqlWouldCut)
{
    const std::string common(70, 'x');
    EXPECT_EQ(short_name("orders_status"), "orders_status");
    EXPECT_EQ(short_name(common + "a").size(), 63U);
    EXPECT_NE(short_name(common + "a"), short_name(common + "b"));
    EXPECT_EQ(quoted_name("a\"b"), "\"a\"\"b\"");
}

TEST(ExploreCompiler, MakesEqualKeysOfEqualQueriesWithinAMinute)
{
    const auto query = read_as<metric_query>(filtered(
        R"({"target":{"fieldId":"orders_shipped_at"},"operator":"inThePast","values":[2],"settings":{"unitOfTime":"days"}})"));
    auto later = noon();
    later.now += std::chrono::seconds{1};
    const auto key = compile(orders(), query, later).key();
    later.now += std::chrono::seconds{50};
    EXPECT_EQ(compile(orders(), query, later).key(), key);
    later.now += std::chrono::seconds{20};
    EXPECT_NE(compile(orders(), query, later).key(), key);
}

TEST(ExploreModel, NamesWhatDoesNotFit)
{
    EXPECT_EQ(testing::faults_of<explore>(R"({"name":"o","label":"O"})").size(), 1U);
    EXPECT_EQ(testing::faults_of<metric_query>(R"({"dimensions":[],"metrics":[]})").size(), 1U);
    EXPECT_EQ(
        testing::faults_of<metric_query>(filtered(R"({"target":{"fieldId":"a"},"operator":"equals","values":[[1]]})")),
        std::vector<std::string>{
            "/filters/dimensions/and/0/values/0: Must be a text, a number, true, false or null, not an array."});
}

TEST(ExploreMoments, ReadsWhatPeopleWrite)
{
    const auto text = [](std::string_view written) {
        const auto read = parse_moment(written);
        return read ? time_text(read->at) + (read->absolute ? " absolute" : "") : "none";
    };
    EXPECT_EQ(text("2026-11-22"), "2026-11-22 00:00:00.000000");
    EXPECT_EQ(text("2026-11-22 21:05"), "2026-11-22 21:05:00.000000");
    EXPECT_EQ(text("2026-11-22T21:05Z"), "2026-11-22 21:05:00.000000 absolute");
    EXPECT_EQ(text("2026-11-22T21:05:06.5+01:30"), "2026-11-22 19:35:06.500000 absolute");
    for (const auto* wrong :
         {"", "2026", "2026-13-01", "2026-11-22T", "2026-11-22x", "22.11.2026", "2026-11-22T21:05:06 UTC"})
        EXPECT_EQ(text(wrong), "none") << wrong;
}

TEST(ExploreMoments, EndsMonthsWithTheirLastDay)
{
    const local_moment last{std::chrono::sys_days{std::chrono::year{2024} / 3 / 31}};
    EXPECT_EQ(date_text(*add_units(last, filter_unit::months, -1)), "2024-02-29");
    EXPECT_EQ(date_text(begin_of(last, filter_unit::quarters)), "2024-01-01");
    EXPECT_EQ(date_text(begin_of(last, filter_unit::weeks)), "2024-03-25");
    EXPECT_FALSE(add_units(last, filter_unit::years, 8000));
    EXPECT_FALSE(add_units(last, filter_unit::hours, 10'000'000'000));
}

} // namespace
} // namespace lightdash::explores
