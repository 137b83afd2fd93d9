// Charts, dashboards and spaces as one list; what is deleted, restored and moved.
#include "api/api_server.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <set>

namespace lightdash {
namespace {

namespace json = boost::json;

class Content : public testing::ApiTest {
protected:
    static std::string in_project(const std::string& rest) { return "/api/v1/projects/" + server().project() + rest; }
    static std::string of_content(const std::string& rest) { return "/api/v2/content/" + server().project() + rest; }
    static std::string made(const testing::api_answer& answer)
    {
        EXPECT_LT(answer.status, 300) << answer.raw.body;
        return std::string{answer.results().at("uuid").as_string()};
    }
    static std::string space(const std::string& name, bool is_private = false)
    {
        return made(server().post("admin", in_project("/spaces"),
                                  R"({"name":")" + name + R"(","isPrivate":)" + (is_private ? "true}" : "false}")));
    }
    static std::string chart(const std::string& name, const std::string& where, const std::string& as = "admin")
    {
        return made(server().post(
            as, in_project("/saved"),
            R"({"name":")" + name +
                R"(","tableName":"orders","metricQuery":{"exploreName":"orders","dimensions":["a"],"metrics":[],)"
                R"("filters":{},"sorts":[],"limit":5,"tableCalculations":[]},"chartConfig":{"type":"table"},)"
                R"("tableConfig":{"columnOrder":[]},)" +
                where + "}"));
    }
    static std::string in(const std::string& space) { return R"("spaceUuid":")" + space + '"'; }
    static std::string dashboard(const std::string& name, const std::string& space)
    {
        const auto id =
            made(server().post("admin", in_project("/dashboards"), R"({"name":")" + name + R"(","tiles":[]})"));
        server().database().execute("update dashboards set space_id = '" + space + "' where id = '" + id + "'");
        return id;
    }
    static json::array list(const std::string& query, const std::string& as = "admin")
    {
        const auto answer = server().get(as, "/api/v2/content" + query);
        EXPECT_EQ(answer.status, 200) << answer.raw.body;
        return answer.status == 200 ? answer.results().at("data").as_array() : json::array{};
    }
    static std::string names(const json::array& items)
    {
        std::string all;
        for (const auto& item : items)
            all += std::string{item.at("name").as_string()} + ' ';
        return all;
    }
    static std::string item(const std::string& type, const std::string& id)
    {
        return R"("item":{"uuid":")" + id + R"(","contentType":")" + type + "\"}";
    }
    static testing::api_answer move(const std::string& as, const std::string& type, const std::string& id,
                                    const std::string& target)
    {
        return server().post(as, of_content("/move"),
                             "{" + item(type, id) + R"(,"action":{"type":"move","targetSpaceUuid":")" + target +
                                 "\"}}");
    }
    static int restore(const std::string& as, const std::string& type, const std::string& id)
    {
        return server().post(as, of_content("/restore"), "{" + item(type, id) + "}").status;
    }
    static int purge(const std::string& as, const std::string& type, const std::string& id)
    {
        return server().send(as, "DELETE", of_content("/permanent"), "{" + item(type, id) + "}").status;
    }
    static bool is_deleted_for(const std::string& as, const std::string& id)
    {
        return server().get(as, "/api/v2/content/deleted?pageSize=1000&page=1").raw.body.find(id) != std::string::npos;
    }
};

TEST_F(Content, IsOneListOfChartsDashboardsAndSpacesTheNewestFirst)
{
    const auto where = space("Alpha");
    const auto board = dashboard("Beta", where);
    const auto plain = chart("Gamma", in(where));
    const auto owned = chart("Delta", R"("dashboardUuid":")" + board + '"');
    const auto items = list("?spaceUuids=" + where);
    EXPECT_EQ(names(items), "Delta Gamma Beta ");
    const auto& first = items.at(0);
    EXPECT_EQ(first.at("contentType").as_string(), "chart");
    EXPECT_EQ(first.at("uuid").as_string(), owned);
    EXPECT_EQ(first.at("dashboard").at("uuid").as_string(), board);
    EXPECT_EQ(first.at("dashboard").at("name").as_string(), "Beta");
    EXPECT_EQ(first.at("source").as_string(), "dbt_explore");
    EXPECT_EQ(first.at("chartKind").as_string(), "table");
    EXPECT_EQ(first.at("space").at("uuid").as_string(), where);
    EXPECT_EQ(first.at("project").at("uuid").as_string(), server().project());
    EXPECT_TRUE(first.at("createdBy").at("firstName").is_string());
    EXPECT_TRUE(first.at("pinnedList").is_null());
    EXPECT_TRUE(items.at(1).at("dashboard").is_null());
    EXPECT_EQ(items.at(1).at("uuid").as_string(), plain);
    EXPECT_FALSE(items.at(2).as_object().contains("chartKind"));

    const auto spaces = list("?contentTypes=space&search=alpha");
    ASSERT_EQ(spaces.size(), 1U);
    EXPECT_EQ(spaces[0].at("space").at("uuid").as_string(), where);
    EXPECT_EQ(spaces[0].at("chartCount").as_int64(), 2);
    EXPECT_EQ(spaces[0].at("dashboardCount").as_int64(), 1);
    EXPECT_FALSE(spaces[0].at("isPrivate").as_bool());

    server().patch("admin", "/api/v1/saved/" + plain, R"({"description":"newer"})");
    EXPECT_EQ(names(list("?spaceUuids=" + where)), "Gamma Delta Beta ");
    server().remove("admin", "/api/v1/dashboards/" + board);
    EXPECT_EQ(names(list("?spaceUuids=" + where)), "Gamma ") << "a chart goes with its dashboard";
    EXPECT_FALSE(is_deleted_for("admin", owned));
    EXPECT_TRUE(is_deleted_for("admin", board));
}

TEST_F(Content, IsFilteredSearchedSortedAndPaged)
{
    const auto one = space("Sorted one"), two = space("Sorted two");
    chart("Sort b", in(one));
    dashboard("Sort a", two);
    chart("Sort c", in(two));
    const auto both = "&spaceUuids=" + one + "&spaceUuids=" + two;
    EXPECT_EQ(names(list("?sortBy=name" + both)), "Sort a Sort b Sort c ");
    EXPECT_EQ(names(list("?sortBy=name&sortDirection=desc" + both)), "Sort c Sort b Sort a ");
    EXPECT_EQ(names(list("?sortBy=space_name" + both)), "Sort b Sort a Sort c ");
    EXPECT_EQ(names(list("?sortBy=space_name&sortDirection=desc" + both)), "Sort a Sort c Sort b ");
    EXPECT_EQ(names(list("?sortBy=last_updated_at&sortDirection=desc" + both)), "Sort c Sort a Sort b ");
    EXPECT_EQ(names(list("?sortBy=name&contentTypes=chart" + both)), "Sort b Sort c ");
    EXPECT_EQ(names(list("?sortBy=name&contentTypes=chart&contentTypes=dashboard" + both)), "Sort a Sort b Sort c ");
    EXPECT_EQ(names(list("?search=SORT%20A" + both)), "Sort a ");
    EXPECT_EQ(names(list("?search=sort_b" + both)), "") << "no pattern";
    EXPECT_EQ(names(list("?sortBy=name&projectUuids=" + server().project() + both)), "Sort a Sort b Sort c ");
    EXPECT_EQ(names(list("?projectUuids=00000000-0000-4000-8000-000000000000" + both)), "");

    const auto second = server().get("admin", "/api/v2/content?sortBy=name&page=2&pageSize=2" + both);
    EXPECT_EQ(names(second.results().at("data").as_array()), "Sort c ");
    EXPECT_EQ(json::serialize(second.results().at("pagination")),
              R"({"page":2,"pageSize":2,"totalPageCount":2,"totalResults":3})");
    const auto beyond = server().get("admin", "/api/v2/content?page=9&pageSize=2" + both);
    EXPECT_TRUE(beyond.results().at("data").as_array().empty());
    EXPECT_EQ(beyond.results().at("pagination").at("totalResults").as_int64(), 3);

    EXPECT_EQ(server().get("admin", "/api/v2/content?contentTypes=board").status, 422);
    EXPECT_EQ(server().get("admin", "/api/v2/content?sortBy=views").status, 422);
    EXPECT_EQ(server().get("admin", "/api/v2/content?projectUuids=x").status, 400);
    EXPECT_EQ(server().get("admin", "/api/v2/content?page=0").status, 422);
}

TEST_F(Content, IsWhatTheCallerMaySee)
{
    const auto hidden = space("Hidden away", true);
    chart("Hidden chart", in(hidden));
    dashboard("Hidden board", hidden);
    EXPECT_EQ(list("?search=hidden").size(), 3U);
    for (const std::string as : {"viewer", "editor", "developer", "member", "stranger"})
        EXPECT_EQ(list("?search=hidden", as).size(), 0U) << as;
    EXPECT_FALSE(list("", "viewer").empty());
    EXPECT_TRUE(list("", "member").empty());
    EXPECT_TRUE(list("?projectUuids=" + server().project(), "stranger").empty());
    const auto viewer = server().database().value("select id from users where email = 'viewer@lightdash.com'");
    server().post("admin", in_project("/spaces/" + hidden + "/share"),
                  R"({"userUuid":")" + viewer + R"(","spaceRole":"viewer"})");
    EXPECT_EQ(list("?search=hidden", "viewer").size(), 3U);
    EXPECT_EQ(server().get("", "/api/v2/content").status, 401);
}

TEST_F(Content, HasTheSameOrderOnEveryPageAlsoOfEqualTimes)
{
    const auto where = space("Equal times");
    for (int i = 0; i < 7; ++i)
        chart("Equal", in(where));
    server().database().execute("alter table charts disable trigger set_updated_at");
    server().database().execute("update charts set updated_at = '2026-01-01' where space_id = '" + where + "'");
    server().database().execute("alter table charts enable trigger set_updated_at");
    std::set<std::string> seen;
    for (int page = 1; page <= 4; ++page)
        for (const auto& each : list("?pageSize=2&page=" + std::to_string(page) + "&spaceUuids=" + where))
            seen.insert(std::string{each.at("uuid").as_string()});
    EXPECT_EQ(seen.size(), 7U);
}

TEST_F(Content, ThatWasDeletedIsListedForWhoDeletedItAndAdminsAndComesBackForThem)
{
    const auto where = space("Deleting");
    const auto mine = chart("Mine to delete", in(where), "editor");
    const auto theirs = dashboard("Theirs to delete", where);
    server().remove("editor", "/api/v1/saved/" + mine);
    server().remove("admin", "/api/v1/dashboards/" + theirs);
    EXPECT_TRUE(is_deleted_for("editor", mine));
    EXPECT_FALSE(is_deleted_for("editor", theirs));
    EXPECT_TRUE(is_deleted_for("admin", mine));
    EXPECT_TRUE(is_deleted_for("admin", theirs));
    EXPECT_FALSE(is_deleted_for("developer", mine));
    EXPECT_FALSE(is_deleted_for("stranger", mine));
    const auto listed = server().get("admin", "/api/v2/content/deleted?contentTypes=chart&search=mine&projectUuids=" +
                                                  server().project());
    ASSERT_EQ(listed.results().at("data").as_array().size(), 1U) << listed.raw.body;
    const auto& line = listed.results().at("data").at(0);
    EXPECT_EQ(line.at("name").as_string(), "Mine to delete");
    EXPECT_EQ(line.at("spaceUuid").as_string(), where);
    EXPECT_TRUE(line.at("deletedBy").at("userUuid").is_string());
    EXPECT_EQ(listed.results().at("pagination").at("totalResults").as_int64(), 1);
    const auto by = server().database().value("select id from users where email = 'demo@lightdash.com'");
    EXPECT_EQ(server()
                  .get("admin", "/api/v2/content/deleted?search=delete&deletedByUserUuids=" + by)
                  .results()
                  .at("data")
                  .as_array()
                  .size(),
              1U);

    EXPECT_EQ(restore("developer", "chart", mine), 403);
    EXPECT_EQ(restore("stranger", "chart", mine), 403);
    EXPECT_EQ(restore("editor", "dashboard", theirs), 403);
    EXPECT_EQ(restore("editor", "chart", mine), 200);
    EXPECT_EQ(restore("editor", "chart", mine), 404);
    EXPECT_EQ(restore("admin", "dashboard", mine), 404);
    EXPECT_EQ(server().get("viewer", "/api/v1/saved/" + mine).status, 200);

    EXPECT_EQ(purge("admin", "chart", mine), 404) << "it is not deleted";
    EXPECT_EQ(purge("editor", "dashboard", theirs), 403);
    EXPECT_EQ(purge("admin", "dashboard", theirs), 200);
    EXPECT_EQ(restore("admin", "dashboard", theirs), 404);
    EXPECT_EQ(restore("admin", "space", where), 422);
    EXPECT_EQ(server().post("admin", of_content("/restore"), "{}").status, 422);
    const auto other = server().post("admin", "/api/v1/org/projects",
                                     R"({"name":"Other","type":"PREVIEW","dbtConnection":{"type":"none"}})");
    server().remove("admin", "/api/v1/saved/" + mine);
    EXPECT_EQ(server()
                  .post("admin",
                        "/api/v2/content/" + std::string{other.results().at("project").at("projectUuid").as_string()} +
                            "/restore",
                        "{" + item("chart", mine) + "}")
                  .status,
              404)
        << "it is none of that project's";
}

TEST_F(Content, MovesForWhoEditsItAndMayCreateInTheTarget)
{
    const auto from = space("From"), to = space("To"), closed = space("Closed", true);
    const auto moved = chart("Moved", in(from));
    const auto board = dashboard("Board", from);
    const auto owned = chart("Owned", R"("dashboardUuid":")" + board + '"');
    EXPECT_EQ(move("viewer", "chart", moved, to).status, 403);
    EXPECT_EQ(move("editor", "chart", moved, closed).status, 403) << "no place of theirs";
    EXPECT_EQ(move("stranger", "chart", moved, to).status, 403);
    EXPECT_EQ(move("editor", "chart", moved, to).status, 200);
    EXPECT_EQ(server().get("admin", "/api/v1/saved/" + moved).results().at("spaceUuid").as_string(), to);
    EXPECT_EQ(move("admin", "chart", owned, to).status, 400) << "it lies where its dashboard lies";
    EXPECT_EQ(move("editor", "dashboard", board, to).status, 200);
    EXPECT_EQ(server().get("admin", "/api/v1/saved/" + owned).results().at("spaceUuid").as_string(), to);
    EXPECT_EQ(move("admin", "dashboard", board, "00000000-0000-4000-8000-000000000000").status, 404);
    EXPECT_EQ(move("admin", "dashboard", moved, to).status, 404);
    EXPECT_EQ(move("admin", "space", from, to).status, 422);
    EXPECT_EQ(server()
                  .post("admin", of_content("/move"),
                        "{" + item("chart", moved) + R"(,"action":{"type":"move","targetSpaceUuid":null}})")
                  .status,
              422);
    EXPECT_EQ(server().database().value("select detail ->> 'space' from audit_log where subject_id = '" + moved + "'"),
              to);
}

TEST_F(Content, IsFoundInItsProjectByUuidAndBySlug)
{
    const auto where = space("Slugs");
    const auto a_chart = chart("A slugged chart", in(where));
    const auto a_board = dashboard("A slugged board", where);
    const auto of_project = "/api/v2/projects/" + server().project();
    for (const auto& key : {a_chart, std::string{"a-slugged-chart"}})
        EXPECT_EQ(server().get("viewer", of_project + "/saved/" + key).results().at("uuid").as_string(), a_chart);
    for (const auto& key : {a_board, std::string{"a-slugged-board"}})
        EXPECT_EQ(server().get("viewer", of_project + "/dashboards/" + key).results().at("uuid").as_string(), a_board);
    EXPECT_EQ(server().get("viewer", of_project + "/saved/no-such").status, 404);
    EXPECT_EQ(server().get("stranger", of_project + "/saved/no-such").status, 403) << "nor is it told what there is";
    EXPECT_EQ(server().get("stranger", of_project + "/dashboards/a-slugged-board").status, 403);
    const auto other = server().post("admin", "/api/v1/org/projects",
                                     R"({"name":"Other","type":"PREVIEW","dbtConnection":{"type":"none"}})");
    EXPECT_EQ(server()
                  .get("admin", "/api/v2/projects/" +
                                    std::string{other.results().at("project").at("projectUuid").as_string()} +
                                    "/saved/a-slugged-chart")
                  .status,
              404)
        << "a slug is a project's own";
    server().remove("admin", "/api/v1/saved/" + a_chart);
    EXPECT_EQ(server().get("admin", of_project + "/saved/a-slugged-chart").status, 404);
}

} // namespace
} // namespace lightdash
