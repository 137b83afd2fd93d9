#include "api/api_server.hpp"

#include <boost/json.hpp>

#include <atomic>
#include <set>
#include <thread>

namespace lightdash {
namespace {

namespace json = boost::json;

class Dashboards : public testing::ApiTest {
protected:
    static std::string of_project(const std::string& rest = "/dashboards")
    {
        return "/api/v1/projects/" + server().project() + rest;
    }
    static std::string a_chart()
    {
        return server().database().value("select id from charts where project_id = '" + server().project() +
                                         "' limit 1");
    }
    static std::string tile(const std::string& type, const std::string& properties, int x = 0, int y = 0)
    {
        return R"({"type":")" + type + R"(","x":)" + std::to_string(x) + R"(,"y":)" + std::to_string(y) +
               R"(,"w":12,"h":6,"properties":)" + properties + "}";
    }
    static std::string every_type()
    {
        return tile("saved_chart", R"({"savedChartUuid":")" + a_chart() + R"(","hideTitle":true})") + "," +
               tile("markdown", R"({"title":"Note","content":"# Hello"})", 12) + "," +
               tile("loom", R"({"title":"Film","url":"https://www.loom.com/share/1"})", 24) + "," +
               tile("heading", R"({"text":"Part","showDivider":true})", 0, 6) + "," +
               tile("sql_chart", R"({"savedSqlUuid":null,"title":"SQL"})", 12, 6);
    }
    static json::value create(const std::string& name, const std::string& tiles)
    {
        const auto made =
            server().post("editor", of_project(), R"({"name":")" + name + R"(","tiles":[)" + tiles + R"(]})");
        EXPECT_EQ(made.status, 201) << made.raw.body;
        EXPECT_EQ(made.raw.header("Location"),
                  "/api/v1/dashboards/" + std::string{made.results().at("uuid").as_string()});
        return made.results();
    }
    static std::string uuid_of(const json::value& thing) { return std::string{thing.at("uuid").as_string()}; }
};

TEST_F(Dashboards, ADashboardAndTilesOfEveryTypeAreMadeAndReadBackEqual)
{
    const auto made = create("Every type", every_type());
    ASSERT_EQ(made.at("tiles").as_array().size(), 5U);
    const auto read = server().get("editor", "/api/v1/dashboards/" + uuid_of(made));
    ASSERT_EQ(read.status, 200);
    EXPECT_EQ(read.results(), made);
    std::set<std::string> types;
    for (const auto& t : read.results().at("tiles").as_array())
        types.emplace(t.at("type").as_string());
    EXPECT_EQ(types, (std::set<std::string>{"saved_chart", "markdown", "loom", "heading", "sql_chart"}));
    const auto& chart = read.results().at("tiles").as_array().front();
    EXPECT_EQ(chart.at("type").as_string(), "saved_chart");
    EXPECT_EQ(chart.at("properties").at("savedChartUuid").as_string(), a_chart());
    EXPECT_TRUE(chart.at("properties").at("hideTitle").as_bool());
    EXPECT_FALSE(chart.at("properties").at("chartName").as_string().empty());
    EXPECT_EQ(made.at("updatedByUser").at("firstName").is_string(), true);
}

TEST_F(Dashboards, ARowWhoseTimesNoClientCanReadKeepsNoListFromBeingShown)
{
    const auto made = create("Endless", "");
    server().database().execute("begin; set local session_replication_role = replica; "
                                "update dashboards set created_at = '-infinity', updated_at = 'infinity' where id = '" +
                                uuid_of(made) + "'; commit");
    const auto target = "/api/v1/dashboards/" + uuid_of(made);
    EXPECT_EQ(server().get("viewer", of_project()).status, 200);
    EXPECT_EQ(server().get("viewer", target).results().at("updatedAt").as_string(), "+275760-09-13T00:00:00.000Z");
    EXPECT_EQ(server().patch("editor", target, R"({"description":"x"})").status, 200);
    server().database().execute("begin; set local session_replication_role = replica; "
                                "update dashboards set updated_at = '294276-12-31' where id = '" +
                                uuid_of(made) + "'; commit");
    EXPECT_EQ(server().get("viewer", target).results().at("updatedAt").as_string(), "+275760-09-13T00:00:00.000Z");
    EXPECT_EQ(server().remove("editor", target).status, 200);
}

TEST_F(Dashboards, WhatGetGaveCanBePatchedBackUnchanged)
{
    const auto made = create("Round trip", every_type());
    json::object body;
    for (const auto key : {"name", "tiles", "filters", "tabs"})
        body[key] = made.at(key);
    const auto back = server().patch("editor", "/api/v1/dashboards/" + uuid_of(made), json::serialize(body));
    ASSERT_EQ(back.status, 200) << back.raw.body;
    EXPECT_EQ(back.results().at("tiles"), made.at("tiles"));
    EXPECT_EQ(back.results().at("name"), made.at("name"));
}

TEST_F(Dashboards, PatchReplacesTilesAsAWholeAndKeepsWhatItDoesNotName)
{
    const auto made = create("Replace", every_type());
    auto kept = made.at("tiles").as_array()[1];
    const auto changed = server().patch("editor", "/api/v1/dashboards/" + uuid_of(made),
                                        R"({"description":"now with one","tiles":[)" + json::serialize(kept) + "," +
                                            tile("heading", R"({"text":"new"})", 0, 20) + "]}");
    ASSERT_EQ(changed.status, 200) << changed.raw.body;
    ASSERT_EQ(changed.results().at("tiles").as_array().size(), 2U);
    EXPECT_EQ(changed.results().at("tiles").as_array()[0].at("uuid"), kept.at("uuid"));
    EXPECT_EQ(changed.results().at("name"), "Replace");
    EXPECT_EQ(changed.results().at("description"), "now with one");
    const auto cleared = server().patch("editor", "/api/v1/dashboards/" + uuid_of(made), R"({"description":null})");
    EXPECT_TRUE(cleared.results().at("description").is_null());
    EXPECT_EQ(cleared.results().at("tiles").as_array().size(), 2U);
}

TEST_F(Dashboards, ADashboardIsFoundByItsSlugToo)
{
    const auto made = create("Find me by slug", "");
    const auto found = server().get("viewer", "/api/v1/dashboards/find-me-by-slug");
    ASSERT_EQ(found.status, 200);
    EXPECT_EQ(uuid_of(found.results()), uuid_of(made));
    EXPECT_EQ(server().patch("editor", "/api/v1/dashboards/find-me-by-slug", R"({"name":"Renamed"})").status, 200);
    EXPECT_EQ(server().get("viewer", "/api/v1/dashboards/no-such-slug").status, 404);
}

TEST_F(Dashboards, ASlugThatIsShapedLikeAUuidIsReadChangedAndDeletedByIt)
{
    const std::string slug = "55555555-5555-4555-8555-555555555555";
    const auto made = create("In plain SQL", "");
    server().database().execute("update dashboards set slug = '" + slug + "' where id = '" + uuid_of(made) + "'");
    const auto target = "/api/v1/dashboards/" + slug;
    EXPECT_EQ(uuid_of(server().get("viewer", target).results()), uuid_of(made));
    EXPECT_EQ(server().patch("editor", target, R"({"name":"By its slug"})").results().at("name"), "By its slug");
    const auto tiled = server().patch("editor", target, R"({"tiles":[)" + tile("heading", R"({"text":"t"})") + "]}");
    ASSERT_EQ(tiled.status, 200) << tiled.raw.body;
    EXPECT_EQ(tiled.results().at("tiles").as_array().size(), 1U);
    EXPECT_EQ(server().patch("stranger", target, R"({"name":"x"})").status, 404);
    EXPECT_EQ(server().remove("editor", target).status, 200);
    EXPECT_EQ(server().remove("editor", target).status, 404);
    EXPECT_EQ(server().patch("editor", target, R"({"name":"x"})").status, 404);
}

TEST_F(Dashboards, TwoOfTheSameNameGetSlugsOfTheirOwn)
{
    const auto first = create("Twins", "");
    const auto second = create("Twins", "");
    EXPECT_EQ(first.at("slug"), "twins");
    EXPECT_NE(first.at("slug"), second.at("slug"));
}

TEST_F(Dashboards, ManyOfTheSameNameAtOnceAllSucceed)
{
    std::vector<std::thread> clients;
    std::atomic<int> created{0};
    for (int i = 0; i < 12; ++i)
        clients.emplace_back(
            [&] { created += server().post("editor", of_project(), R"({"name":"Crowd","tiles":[]})").status == 201; });
    for (auto& client : clients)
        client.join();
    EXPECT_EQ(created, 12);
}

TEST_F(Dashboards, EveryFaultOfABodyIsNamedAndNothingIsStored)
{
    const auto before = server().database().value("select count(*) from dashboards");
    const auto refused = server().post(
        "editor", of_project(),
        R"({"name":"","tiles":[{"type":"markdown","x":30,"y":-1,"w":12,"h":0,"properties":{"title":"t"}},)"
        R"({"type":"pie","x":0,"y":0,"w":1,"h":1,"properties":{}}],"colour":"red"})");
    EXPECT_EQ(refused.status, 422);
    EXPECT_EQ(refused.error_name(), "ValidateError");
    EXPECT_GE(refused.body.at("error").at("data").as_object().size(), 3U) << refused.raw.body;
    EXPECT_EQ(server().database().value("select count(*) from dashboards"), before);
}

TEST_F(Dashboards, BadBodiesAnswer4xxAndStoreNothing)
{
    const auto before = server().database().value("select count(*) from dashboards");
    const std::vector<std::pair<std::string, int>> bodies{
        {"{", 400},
        {"[]", 422},
        {"null", 422},
        {R"({"name":"a","name":"b","tiles":[]})", 400},
        {R"({"tiles":[]})", 422},
        {R"({"name":"x"})", 422},
        {R"({"name":7,"tiles":[]})", 422},
        {R"({"name":"a\u0000b","tiles":[]})", 422},
        {R"({"name":"x","tiles":{}})", 422},
        {R"({"name":"   ","tiles":[]})", 422},
        {R"({"name":"x","tiles":[],"spaceUuid":"00000000-0000-4000-8000-000000000000"})", 403},
        {R"({"name":"x","tiles":[)" +
             tile("saved_chart", R"({"savedChartUuid":"00000000-0000-4000-8000-000000000000"})") + "]}",
         400},
        {R"({"name":"x","tiles":[)" + tile("saved_chart", R"({"savedChartUuid":"xyz"})") + "]}", 422},
        {R"({"name":"x","tiles":[)" + tile("loom", R"({"title":"t","url":"http://insecure"})") + "]}", 422},
    };
    for (const auto& [body, status] : bodies) {
        const auto answer = server().post("editor", of_project(), body);
        EXPECT_EQ(answer.status, status) << body << '\n' << answer.raw.body;
    }
    EXPECT_EQ(server()
                  .send("editor", "POST", of_project(), {}, {{"Content-Type", "text/plain"}, {"Content-Length", "0"}})
                  .status,
              415);
    EXPECT_EQ(server().database().value("select count(*) from dashboards"), before);
}

TEST_F(Dashboards, TilesBelongToTabsThatExist)
{
    const std::string tab = "11111111-1111-4111-8111-111111111111";
    const auto in_tab = [&](const std::string& of) {
        return R"({"type":"heading","x":0,"y":0,"w":6,"h":2,"tabUuid":")" + of + R"(","properties":{"text":"t"}})";
    };
    const auto made = server().post("editor", of_project(),
                                    R"({"name":"Tabs","tabs":[{"uuid":")" + tab +
                                        R"(","name":"One","order":0}],"tiles":[)" + in_tab(tab) + "]}");
    ASSERT_EQ(made.status, 201) << made.raw.body;
    const auto target = "/api/v1/dashboards/" + uuid_of(made.results());
    EXPECT_EQ(server().patch("editor", target, R"({"tiles":[)" + in_tab(tab) + "]}").status, 200);
    EXPECT_EQ(server()
                  .patch("editor", target, R"({"tiles":[)" + in_tab("22222222-2222-4222-8222-222222222222") + "]}")
                  .status,
              422);
    const auto without = server().patch("editor", target, R"({"tabs":[]})");
    ASSERT_EQ(without.status, 200) << without.raw.body;
    EXPECT_TRUE(without.results().at("tiles").as_array()[0].at("tabUuid").is_null());
}

TEST_F(Dashboards, CopiedTilesGetUuidsOfTheirOwn)
{
    const auto first = create("Original", every_type());
    const auto copy =
        server().post("editor", of_project(), R"({"name":"Copy","tiles":)" + json::serialize(first.at("tiles")) + "}");
    ASSERT_EQ(copy.status, 201) << copy.raw.body;
    ASSERT_EQ(copy.results().at("tiles").as_array().size(), 5U);
    EXPECT_EQ(server().get("editor", "/api/v1/dashboards/" + uuid_of(copy.results())).results(), copy.results());
    std::set<std::string> uuids;
    for (const auto& dashboard : {first, copy.results()})
        for (const auto& t : dashboard.at("tiles").as_array())
            EXPECT_TRUE(uuids.insert(uuid_of(t)).second) << "twice: " << uuid_of(t);
    EXPECT_EQ(server().get("viewer", "/api/v1/dashboards/" + uuid_of(first)).results().at("tiles").as_array().size(),
              5U);
}

TEST_F(Dashboards, ADuplicateHasAllOfItsOriginalAndNamesOfItsOwn)
{
    const auto first = create("Template", every_type());
    const auto changed = server().patch("editor", "/api/v1/dashboards/" + uuid_of(first),
                                        R"({"description":"d","parameters":{"a":1},"config":{"b":2}})");
    ASSERT_EQ(changed.status, 200);
    const auto duplicate = [&](const std::string& body, const std::string& as = "editor") {
        return server().post(as, of_project("/dashboards?duplicateFrom=" + uuid_of(first)), body);
    };
    const auto copy = duplicate("{}");
    ASSERT_EQ(copy.status, 201) << copy.raw.body;
    EXPECT_EQ(copy.results().at("name"), "Copy of Template");
    EXPECT_EQ(copy.results().at("slug"), "copy-of-template");
    for (const auto member : {"description", "tabs", "filters", "parameters", "config"})
        EXPECT_EQ(copy.results().at(member), changed.results().at(member)) << member;
    ASSERT_EQ(copy.results().at("tiles").as_array().size(), 5U);
    std::set<std::string> uuids;
    for (const auto& dashboard : {first, copy.results()})
        for (const auto& t : dashboard.at("tiles").as_array())
            EXPECT_TRUE(uuids.insert(uuid_of(t)).second) << "twice: " << uuid_of(t);
    EXPECT_EQ(duplicate(R"({"dashboardName":"Named","dashboardDesc":"e"})").results().at("description"), "e");
    EXPECT_EQ(duplicate(R"({"dashboardName":" "})").status, 422);
    EXPECT_EQ(duplicate("{}", "viewer").status, 403);
    EXPECT_EQ(duplicate("{}", "stranger").status, 403);
    EXPECT_EQ(server().post("editor", of_project("/dashboards?duplicateFrom=x"), "{}").status, 400);
    EXPECT_EQ(server()
                  .post("editor", of_project("/dashboards?duplicateFrom=00000000-0000-4000-8000-000000000000"), "{}")
                  .status,
              404);
    EXPECT_EQ(server().post("editor", of_project(), "{}").status, 422);
}

TEST_F(Dashboards, TilesWithoutChartsAreReadBackEqual)
{
    const auto made = create("Plain", tile("heading", R"({"text":"Last"})", 0, 9) + "," +
                                          tile("markdown", R"({"title":"a, \"b\"","content":"{}\n\\"})") + "," +
                                          tile("loom", R"({"title":"Film","url":"https://www.loom.com/share/1"})", 12));
    ASSERT_EQ(made.at("tiles").as_array().size(), 3U);
    EXPECT_EQ(made.at("tiles").as_array().back().at("type").as_string(), "heading");
    EXPECT_EQ(server().get("editor", "/api/v1/dashboards/" + uuid_of(made)).results(), made);
}

TEST_F(Dashboards, ATileKeepsTheUuidThatItsClientChose)
{
    const std::string chosen = "33333333-3333-4333-8333-333333333333";
    const auto made =
        create("Chosen", R"({"uuid":")" + chosen + R"(",)" + tile("heading", R"({"text":"t"})").substr(1));
    EXPECT_EQ(uuid_of(made.at("tiles").as_array().at(0)), chosen);
    EXPECT_EQ(server().get("editor", "/api/v1/dashboards/" + uuid_of(made)).results(), made);
}

TEST_F(Dashboards, TheSameChartMayStandOnSeveralTiles)
{
    const auto chart = tile("saved_chart", R"({"savedChartUuid":")" + a_chart() + R"("})");
    const auto made = create("Twice the same", chart + "," + chart);
    EXPECT_EQ(made.at("tiles").as_array().size(), 2U);
    EXPECT_EQ(server().get("editor", "/api/v1/dashboards/" + uuid_of(made)).results(), made);
}

TEST_F(Dashboards, AChartOfAnotherProjectIsRefusedByItsUuidAlone)
{
    const auto other =
        server().post("admin", "/api/v1/org/projects",
                      R"({"name":"Other","type":"DEFAULT","dbtConnection":{"type":"none"},"dbtVersion":"v1.9"})");
    ASSERT_EQ(other.status, 200) << other.raw.body;
    const auto there = std::string{other.results().at("project").at("projectUuid").as_string()};
    const auto before = server().database().value("select count(*) from dashboards");
    const auto refused = server().post("editor", "/api/v1/projects/" + there + "/dashboards",
                                       R"({"name":"x","tiles":[)" +
                                           tile("saved_chart", R"({"savedChartUuid":")" + a_chart() + R"("})") + "]}");
    EXPECT_EQ(refused.status, 400) << refused.raw.body;
    EXPECT_NE(refused.raw.body.find(a_chart()), std::string::npos) << refused.raw.body;
    EXPECT_EQ(server().database().value("select count(*) from dashboards"), before);
}

TEST_F(Dashboards, AProjectThatDoesNotExistAnswers404WhateverTheTilesAre)
{
    const std::string nowhere = "/api/v1/projects/00000000-0000-4000-8000-000000000000/dashboards";
    for (const auto& tiles : {std::string{}, tile("heading", R"({"text":"t"})"),
                              tile("saved_chart", R"({"savedChartUuid":")" + a_chart() + R"("})")}) {
        const auto refused = server().post("editor", nowhere, R"({"name":"x","tiles":[)" + tiles + "]}");
        EXPECT_EQ(refused.status, 404) << refused.raw.body;
    }
}

TEST_F(Dashboards, ListsAreArraysOrPages)
{
    for (int i = 0; i < 3; ++i)
        create("Listed " + std::to_string(i), i == 0 ? every_type() : "");
    const auto all = server().get("viewer", of_project());
    ASSERT_TRUE(all.results().is_array());
    EXPECT_GE(all.results().as_array().size(), 3U);
    const auto page = server().get("viewer", of_project() + "?page=1.000000&pageSize=2.000000");
    ASSERT_EQ(page.status, 200) << page.raw.body;
    EXPECT_EQ(page.results().at("data").as_array().size(), 2U);
    EXPECT_EQ(page.results().at("pagination").at("totalResults").to_number<std::size_t>(),
              all.results().as_array().size());
    EXPECT_EQ(server().get("viewer", of_project() + "?page=0&pageSize=2").status, 422);
    EXPECT_EQ(server().get("viewer", of_project() + "?page=1&pageSize=100000").status, 422);
    const auto beyond = server().get("viewer", of_project() + "?page=9999&pageSize=2");
    EXPECT_TRUE(beyond.results().at("data").as_array().empty());
    EXPECT_GT(beyond.results().at("pagination").at("totalResults").to_number<int>(), 0);
    const auto searched = server().get("viewer", of_project() + "?search=listed%201");
    ASSERT_EQ(searched.results().as_array().size(), 1U);
    EXPECT_EQ(server().get("viewer", of_project() + "?search=%25").results().as_array().size(), 0U);
    const auto with_chart = server().get("viewer", of_project() + "?chartUuid=" + a_chart());
    for (const auto& d : with_chart.results().as_array())
        EXPECT_FALSE(d.at("tileTypes").as_array().empty());
}

TEST_F(Dashboards, WhatLiesInAPrivateSpaceIsListedAndCopiedForThoseAloneWhoSeeIt)
{
    const auto made = create("Hidden away", "");
    const auto space = server().database().value("insert into spaces (project_id, name) values ('" +
                                                 server().project() + "', 'Private') returning id");
    server().database().execute("update dashboards set space_id = '" + space + "' where id = '" + uuid_of(made) + "'");
    const auto listed = [&](const std::string& as, const std::string& query = {}) {
        const auto answer = server().get(as, of_project() + query);
        EXPECT_EQ(answer.status, 200) << answer.raw.body;
        for (const auto& each : answer.results().as_array())
            if (each.at("uuid") == made.at("uuid"))
                return std::string{each.at("spaceUuid").as_string()} == space;
        return false;
    };
    const auto copied = [&](const std::string& as) {
        return server().post(as, of_project("/dashboards?duplicateFrom=" + uuid_of(made)), "{}").status;
    };
    for (const auto* as : {"viewer", "editor"}) {
        EXPECT_FALSE(listed(as)) << as;
        EXPECT_FALSE(listed(as, "?search=hidden")) << as;
        EXPECT_EQ(copied(as), 403) << as;
        EXPECT_EQ(server().get(as, "/api/v1/dashboards/" + uuid_of(made) + "/history").status, 403) << as;
    }
    EXPECT_TRUE(listed("admin"));
    EXPECT_TRUE(listed("admin", "?search=hidden"));
    EXPECT_EQ(copied("admin"), 201);
    server().database().execute("insert into space_user_access (space_id, user_id, role) select '" + space +
                                "', id, 'viewer' from users where role = 'editor' and organization_id = (select "
                                "organization_id from projects where id = '" +
                                server().project() + "')");
    EXPECT_TRUE(listed("editor"));
    EXPECT_EQ(copied("editor"), 403) << "a copy lies beside its original, where this editor only looks";
}

TEST_F(Dashboards, AnEmptyProjectListsNothingAndAnUnknownOneAnswers404)
{
    const auto made =
        server().post("admin", "/api/v1/org/projects",
                      R"({"name":"Empty","type":"DEFAULT","dbtConnection":{"type":"none"},"dbtVersion":"v1.9"})");
    ASSERT_EQ(made.status, 200) << made.raw.body;
    const auto id = std::string{made.results().at("project").at("projectUuid").as_string()};
    EXPECT_TRUE(server().get("viewer", "/api/v1/projects/" + id + "/dashboards").results().as_array().empty());
    EXPECT_EQ(server().get("viewer", "/api/v1/projects/00000000-0000-4000-8000-000000000000/dashboards").status, 404);
}

TEST_F(Dashboards, DeletedIsGone)
{
    const auto made = create("Short life", every_type());
    const auto target = "/api/v1/dashboards/" + uuid_of(made);
    const auto gone = server().remove("editor", target);
    EXPECT_EQ(gone.status, 200);
    EXPECT_EQ(gone.body, json::parse(R"({"status":"ok","results":{"charts":[]}})"));
    EXPECT_EQ(server().get("viewer", target).status, 404);
    EXPECT_EQ(server().remove("editor", target).status, 404);
}

TEST_F(Dashboards, NoRouteMakesMoreStatementsForMoreRows)
{
    const auto statements = [] { return server().pool_stats().statements; };
    const auto count_of = [&](const std::string& target) {
        server().get("viewer", target); // what is cached per caller is cached now
        const auto before = statements();
        EXPECT_EQ(server().get("viewer", target).status, 200);
        return statements() - before;
    };
    std::string many;
    for (int i = 0; i < 60; ++i)
        many += (i ? "," : "") + tile("heading", R"({"text":"t"})", 0, i * 6);
    const auto large = create("Sixty tiles", many);
    const auto small = create("One tile", tile("heading", R"({"text":"t"})"));
    EXPECT_EQ(count_of("/api/v1/dashboards/" + uuid_of(large)), count_of("/api/v1/dashboards/" + uuid_of(small)));
    EXPECT_EQ(count_of(of_project() + "?page=1&pageSize=1"), count_of(of_project()));
}

} // namespace
} // namespace lightdash
