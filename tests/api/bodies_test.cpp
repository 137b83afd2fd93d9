// Bodies, header fields and queries of people who mean it otherwise, or ill.
#include "api/api_server.hpp"

#include <boost/json.hpp>

#include <atomic>
#include <thread>

namespace lightdash {
namespace {

namespace json = boost::json;

class Bodies : public testing::ApiTest {
protected:
    static std::string of_project(const std::string& rest = "/dashboards")
    {
        return "/api/v1/projects/" + server().project() + rest;
    }
    static std::string uuid_of(const json::value& thing) { return std::string{thing.at("uuid").as_string()}; }
    static std::string repeated(std::string_view piece, std::size_t bytes)
    {
        std::string text;
        while (text.size() < bytes)
            text += piece;
        text.pop_back(); // its comma
        return text;
    }
    static std::string dashboard_with(const std::string& member)
    {
        return R"({"name":"Bodies","tiles":[],)" + member + "}";
    }
    static std::string text_of_fault(const testing::api_answer& answer, std::string_view pointer)
    {
        const auto& data = answer.body.at("error").at("data").as_object();
        const auto* fault = data.if_contains(pointer);
        return fault ? std::string{fault->at("message").as_string()} : answer.raw.body;
    }
};

TEST_F(Bodies, EndlessListsAreRefusedByTheirLengthWhileOthersAreAnswered)
{
    for (const auto* piece : {"1,", "{},"}) {
        const auto body = R"({"name":"j","tiles":[)" + repeated(piece, 4'800'000) + "]}";
        std::atomic<bool> answered{false};
        testing::api_answer refused;
        std::thread sender{[&] {
            refused = server().post("editor", of_project(), body);
            answered = true;
        }};
        int others = 0;
        while (!answered)
            others += testing::http_get(server().port(), "/api/v1/livez").status == 200;
        sender.join();
        EXPECT_EQ(refused.status, 422);
        EXPECT_NE(text_of_fault(refused, "/tiles").find("at most 300 elements"), std::string::npos) << refused.raw.body;
        EXPECT_EQ(refused.body.at("error").at("data").as_object().size(), 1U);
        EXPECT_GE(others, 3) << "nobody else had a turn";
    }
}

TEST_F(Bodies, OfTwoMegabytesAreStoredAndReadBack)
{
    const auto kept = R"({"a":")" + std::string(2'000'000, 'x') + R"("})";
    const auto made = server().post("editor", of_project(), dashboard_with(R"("parameters":)" + kept));
    ASSERT_EQ(made.status, 201) << made.raw.body.substr(0, 500);
    EXPECT_EQ(json::serialize(made.results().at("parameters")), kept);
}

TEST_F(Bodies, NumbersThatGrowAreMeasuredAsTheDatabaseStoresThem)
{
    const auto numbers = R"("parameters":{"a":[)" + repeated("1e-16383,", 1'200'000) + "]}";
    const auto refused = server().post("editor", of_project(), dashboard_with(numbers));
    EXPECT_EQ(refused.status, 422);
    EXPECT_NE(text_of_fault(refused, "/parameters").find("2097152"), std::string::npos);
    const auto board = server().post("editor", of_project(), R"({"name":"Grow","tiles":[]})");
    const auto target = "/api/v1/dashboards/" + uuid_of(board.results());
    EXPECT_EQ(server().patch("editor", target, "{" + numbers + "}").status, 422);
    EXPECT_EQ(server().patch("editor", target, R"({"parameters":{"a":[1e-16383, 1e300, -1.5E+2]}})").status, 200);
    EXPECT_EQ(server().database().value("select pg_column_size(parameters) < 50000 from dashboards where id = '" +
                                        uuid_of(board.results()) + "'"),
              "t");
    const auto project = server().send("admin", "POST", "/api/v1/org/projects",
                                       R"({"name":"g","dbtConnection":{"type":"none",)" + numbers + "}}");
    EXPECT_EQ(project.status, 422) << project.raw.body.substr(0, 500);
}

TEST_F(Bodies, ANumberThatNobodyHoldsIsNamedByItsPlace)
{
    const auto refused =
        server().post("editor", of_project(), dashboard_with(R"("parameters":{"a":[1,1e99999999999999999999]})"));
    EXPECT_EQ(refused.status, 422);
    EXPECT_NE(text_of_fault(refused, "/parameters/a/1").find("Must be a number"), std::string::npos);
}

TEST_F(Bodies, ThatAreCodedAre415)
{
    const std::string gzipped{"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x03\x00\x00\x00\x00\x00\x00\x00\x00\x00", 20};
    EXPECT_EQ(server().send("editor", "POST", of_project(), gzipped, {{"Content-Encoding", "gzip"}}).status, 415);
    const std::string plain = R"({"name":"coded","tiles":[]})";
    EXPECT_EQ(server().send("editor", "POST", of_project(), plain, {{"Content-Encoding", "br"}}).status, 415);
    EXPECT_EQ(server().send("editor", "POST", of_project(), plain, {{"Content-Encoding", "identity"}}).status, 201);
}

TEST_F(Bodies, AcceptIsReadAsAWhole)
{
    const auto list = of_project();
    const auto ask = [&](testing::http_headers accept) {
        return server().send("viewer", "GET", list, {}, accept).status;
    };
    EXPECT_EQ(ask({{"Accept", "text/html"}, {"Accept", "application/json"}}), 200);
    EXPECT_EQ(ask({{"Accept", "application/json;q=0, */*"}}), 406);
    EXPECT_EQ(ask({{"Accept", "*/*"}, {"Accept", "application/json;q=0"}}), 406);
    EXPECT_EQ(ask({{"Accept", "text/html, */*;q=0.1"}}), 200);
}

TEST_F(Bodies, AQueryParameterThatNobodyKnowsIsRefusedWithTheOneThatIsMeant)
{
    const auto refused = server().get("viewer", of_project() + "?page=1&pagesize=2");
    EXPECT_EQ(refused.status, 422);
    EXPECT_NE(text_of_fault(refused, "pagesize").find("did you mean pageSize"), std::string::npos);
    EXPECT_EQ(server().get("viewer", "/api/v1/user?x=1").status, 422);
    EXPECT_EQ(server().send("editor", "POST", of_project() + "?duplicateOf=x", R"({"name":"a","tiles":[]})").status,
              422);
    EXPECT_EQ(server().get("viewer", of_project() + "?includePrivate=true").status, 200);
    EXPECT_EQ(server().get("", of_project() + "?x=1").status, 401) << "strangers are told nothing";
}

TEST_F(Bodies, OneOfPageAndPageSizeMakesAPage)
{
    const auto first = server().get("viewer", of_project() + "?pageSize=1");
    ASSERT_EQ(first.status, 200);
    EXPECT_EQ(first.results().at("data").as_array().size(), 1U);
    EXPECT_EQ(first.results().at("pagination").at("page"), 1);
    const auto second = server().get("viewer", of_project() + "?page=1");
    EXPECT_EQ(second.results().at("pagination").at("pageSize"), 100);
}

TEST_F(Bodies, NamesInOtherScriptsAreFoundByTheirSlugs)
{
    const auto other =
        server().post("admin", "/api/v1/org/projects", R"({"name":"B","dbtConnection":{"type":"none"}})");
    ASSERT_EQ(other.status, 200) << other.raw.body;
    const auto there =
        "/api/v1/projects/" + std::string{other.results().at("project").at("projectUuid").as_string()} + "/dashboards";
    const auto body = "{\"name\":\"\u041F\u0440\u043E\u0434\u0430\u0436\u0438\",\"tiles\":[]}";
    for (const auto& target : {of_project(), there}) {
        const auto made = server().post("admin", target, body);
        ASSERT_EQ(made.status, 201);
        const auto found =
            server().get("viewer", "/api/v1/dashboards/" + std::string{made.results().at("slug").as_string()});
        ASSERT_EQ(found.status, 200) << found.raw.body;
        EXPECT_EQ(uuid_of(found.results()), uuid_of(made.results()));
    }
}

TEST_F(Bodies, ASlugThatIsShapedLikeAUuidIsFound)
{
    const std::string shaped = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee";
    const auto made = server().post("editor", of_project(), R"({"name":")" + shaped + R"(","tiles":[]})");
    ASSERT_EQ(made.status, 201);
    const auto slug = std::string{made.results().at("slug").as_string()};
    EXPECT_NE(slug, shaped) << "it would be taken for an id";
    EXPECT_EQ(server().get("viewer", "/api/v1/dashboards/" + slug).status, 200);
    EXPECT_EQ(server().patch("editor", "/api/v1/dashboards/" + slug, R"({"name":"b"})").status, 200);
    // A row that was written in plain SQL, whose slug is the column's default.
    server().database().execute("update dashboards set slug = '" + shaped + "' where id = '" + uuid_of(made.results()) +
                                "'");
    EXPECT_EQ(server().get("viewer", "/api/v1/dashboards/" + shaped).status, 200);
    EXPECT_EQ(server().get("stranger", "/api/v1/dashboards/" + shaped).status, 404);
}

TEST_F(Bodies, DateZoomGranularitiesBelongToTheConfig)
{
    const auto made =
        server().post("editor", of_project(),
                      dashboard_with(R"("config":{"isDateZoomDisabled":false},"dateZoomGranularities":["Day"])"));
    ASSERT_EQ(made.status, 201) << made.raw.body;
    EXPECT_EQ(made.results().at("config"),
              json::parse(R"({"isDateZoomDisabled":false,"dateZoomGranularities":["Day"]})"));
    const auto target = "/api/v1/dashboards/" + uuid_of(made.results());
    const auto changed = server().patch("editor", target, R"({"dateZoomGranularities":["Week","Month"],"version":2})");
    ASSERT_EQ(changed.status, 200) << changed.raw.body;
    EXPECT_EQ(changed.results().at("config"),
              json::parse(R"({"isDateZoomDisabled":false,"dateZoomGranularities":["Week","Month"]})"));
    const auto other = server().patch("editor", target, R"({"config":{"a":1}})");
    EXPECT_EQ(other.results().at("config"), json::parse(R"({"a":1})"));
    EXPECT_EQ(server().get("editor", target).results(), other.results());
    const auto without = server().patch("editor", target, R"({"name":"same"})");
    EXPECT_EQ(without.results().at("config"), json::parse(R"({"a":1})"));
}

} // namespace
} // namespace lightdash
