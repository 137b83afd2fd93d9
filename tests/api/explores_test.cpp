// Explores: replaced as a whole, told with an ETag, and compiled without asking a warehouse.
#include "api/api_server.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>

#include <fstream>
#include <iterator>

namespace lightdash {
namespace {

namespace json = boost::json;
using ::testing::HasSubstr;

std::string golden(const std::string& name)
{
    std::ifstream from{"tests/golden/explores/" + name + ".json"};
    return {std::istreambuf_iterator<char>{from}, {}};
}

constexpr std::string_view broken =
    R"({"name":"broken","label":"Broken","errors":[{"type":"T","message":"No table."}]})";

class Explores : public testing::ApiTest {
protected:
    static std::string path() { return "/api/v1/projects/" + server().project() + "/explores"; }
    static testing::api_answer put(std::string_view as, const std::string& body)
    {
        return server().send(as, "PUT", path(), body);
    }
    static std::string all()
    {
        return "[" + golden("orders") + "," + golden("events") + "," + std::string{broken} + "]";
    }
    static testing::api_answer compile(const std::string& body, std::string_view as = "interactive_viewer",
                                       const std::string& explore = "orders")
    {
        return server().post(as, path() + "/" + explore + "/compileQuery", body);
    }
};

TEST_F(Explores, AreReplacedAsAWholeAndListed)
{
    const auto made = put("developer", all());
    ASSERT_EQ(made.status, 200) << made.raw.body;
    EXPECT_EQ(made.results().at("explores").as_int64(), 3);
    EXPECT_EQ(made.results().at("withErrors").as_int64(), 1);
    const auto list = server().get("viewer", path());
    ASSERT_EQ(list.status, 200) << list.raw.body;
    const auto& rows = list.results().as_array();
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_EQ(rows[0].at("name").as_string(), "broken");
    EXPECT_EQ(rows[0].at("errors").at(0).at("message").as_string(), "No table.");
    EXPECT_EQ(rows[2].at("name").as_string(), "orders");
    EXPECT_EQ(rows[2].at("schemaName").as_string(), "public");
    EXPECT_TRUE(rows[2].at("errors").is_null());

    const auto again = put("developer", "[" + golden("orders") + "]");
    ASSERT_EQ(again.status, 200) << again.raw.body;
    EXPECT_EQ(again.results().at("changed").as_int64(), 0);
    EXPECT_EQ(again.results().at("removed").as_int64(), 2);
    EXPECT_EQ(server().get("viewer", path()).results().as_array().size(), 1U);
}

TEST_F(Explores, AreToldAsTheyCameWithAnETag)
{
    ASSERT_EQ(put("developer", all()).status, 200);
    const auto one = server().get("viewer", path() + "/orders");
    ASSERT_EQ(one.status, 200) << one.raw.body;
    EXPECT_EQ(one.results(), json::parse(golden("orders")));
    const auto tag = one.raw.header("ETag");
    ASSERT_FALSE(tag.empty());
    EXPECT_EQ(server().send("viewer", "GET", path() + "/orders", "", {{"If-None-Match", std::string{tag}}}).status,
              304);
    EXPECT_EQ(server().get("viewer", path() + "/nothing").status, 404);
}

TEST_F(Explores, AreRefusedAsAWholeWithTheFaultNamed)
{
    ASSERT_EQ(put("developer", all()).status, 200);
    const auto twice = put("developer", "[" + std::string{broken} + "," + std::string{broken} + "]");
    EXPECT_EQ(twice.status, 422);
    EXPECT_THAT(twice.raw.body, HasSubstr("/1/name"));
    const auto without = put("developer", R"([{"name":"o","label":"O"}])");
    EXPECT_EQ(without.status, 422);
    EXPECT_THAT(without.raw.body, HasSubstr("/0/baseTable"));
    EXPECT_EQ(put("developer", "{}").status, 422);
    EXPECT_EQ(put("developer", "[").status, 400);
    EXPECT_EQ(server().get("viewer", path()).results().as_array().size(), 3U);
}

TEST_F(Explores, AreDevelopersToReplaceAndViewersToRead)
{
    ASSERT_EQ(put("developer", all()).status, 200);
    EXPECT_EQ(put("editor", "[]").status, 403);
    EXPECT_EQ(put("stranger", "[]").status, 403);
    EXPECT_EQ(put("", "[]").status, 401);
    EXPECT_EQ(server().get("stranger", path()).status, 403);
    EXPECT_EQ(server().get("stranger", path() + "/orders").status, 403);
    EXPECT_EQ(compile(R"({"dimensions":["orders_status"],"metrics":[]})", "viewer").status, 403);
    EXPECT_EQ(compile(R"({"dimensions":["orders_status"],"metrics":[]})", "stranger").status, 403);
}

TEST_F(Explores, AreCompiled)
{
    ASSERT_EQ(put("developer", all()).status, 200);
    const auto made = compile(R"({"dimensions":["orders_status"],"metrics":["orders_order_count"],"limit":7,"filters":)"
                              R"({"dimensions":{"id":"g","and":[{"id":"r","target":{"fieldId":"orders_amount"},)"
                              R"("operator":"greaterThan","values":[5]}]}},"timezone":"Europe/Berlin"})");
    ASSERT_EQ(made.status, 200) << made.raw.body;
    EXPECT_EQ(made.results().at("query").as_string(),
              "SELECT\n  \"orders\".status AS \"orders_status\",\n  COUNT(\"orders\".order_id) AS "
              "\"orders_order_count\"\nFROM \"public\".\"orders\" AS \"orders\"\nWHERE (\"orders\".amount > $1)\nGROUP "
              "BY 1\nLIMIT 7");
    EXPECT_EQ(made.results().at("parameters"), json::parse(R"([{"type":"numeric","value":"5"}])"));
    EXPECT_EQ(made.results().at("timezone").as_string(), "Europe/Berlin");

    const auto unknown = compile(R"({"dimensions":["orders_x"],"metrics":[]})");
    EXPECT_EQ(unknown.status, 400);
    EXPECT_THAT(unknown.raw.body, HasSubstr("FieldReferenceError"));
    EXPECT_THAT(unknown.raw.body, HasSubstr(R"("fieldId":"orders_x")"));
    const auto failed = compile(R"({"dimensions":["a"],"metrics":[]})", "interactive_viewer", "broken");
    EXPECT_EQ(failed.status, 400);
    EXPECT_THAT(failed.raw.body, HasSubstr("CompileError"));
    EXPECT_EQ(compile(R"({"dimensions":["orders_status"],"metrics":[],"timezone":"Mars/Olympus"})").status, 400);
    EXPECT_EQ(compile(R"({"dimensions":["orders_status"],"metrics":[],"timezone":"'; --"})").status, 400);
    EXPECT_EQ(compile(R"({"dimensions":[],"metrics":[]})").status, 422);
    EXPECT_EQ(compile(R"({"dimensions":["a"],"metrics":[]})", "interactive_viewer", "nothing").status, 404);
}

TEST_F(Explores, MayBeLargerThanOtherBodies)
{
    auto large = golden("orders");
    large.insert(1, R"("note":")" + std::string(1'900'000, 'x') + R"(",)");
    std::string body = "[";
    for (int i = 0; i < 5; ++i) {
        auto one = large;
        one.replace(one.find(R"("name": "orders")"), 16, R"("name": "orders)" + std::to_string(i) + "\"");
        body += (i ? "," : "") + one;
    }
    const auto made = put("developer", body + "]");
    ASSERT_EQ(made.status, 200) << made.raw.body;
    EXPECT_EQ(made.results().at("explores").as_int64(), 5);
    EXPECT_EQ(server().post("developer", path() + "/orders/compileQuery", body).status, 413);
}

} // namespace
} // namespace lightdash
