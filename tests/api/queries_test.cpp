// Queries of a real warehouse: begun, waited for, read in pages, shared by who asks the same, cancelled, refused.
#include "api/api_server.hpp"
#include "support/eventually.hpp"
#include "support/private_cluster.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>

namespace lightdash {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using ::testing::HasSubstr;

class Queries : public testing::ApiTest {
protected:
    static void SetUpTestSuite()
    {
        ApiTest::SetUpTestSuite();
        warehouse_.emplace(testing::private_cluster_options{.tcp = true});
        warehouse_->plain().execute("create role reader login");
        warehouse_->plain().execute("create database shop");
        const auto answer = server().patch(
            "admin", "/api/v1/projects/" + server().project(),
            R"({"warehouseConnection":{"type":"postgres","host":"127.0.0.1","dbname":"shop","schema":"public",)"
            R"("user":"reader","password":"pw","port":)" +
                std::to_string(warehouse_->port()) + "}}");
        ASSERT_EQ(answer.status, 200) << answer.raw.body;
    }
    static void TearDownTestSuite()
    {
        warehouse_.reset();
        ApiTest::TearDownTestSuite();
    }

    static testing::private_cluster& warehouse() { return *warehouse_; }
    static std::string path() { return "/api/v2/projects/" + server().project() + "/query/"; }
    static testing::api_answer ask(const std::string& sql, const std::string& more = {}, std::string_view as = "admin")
    {
        return server().post(as, path() + "sql", R"({"sql":)" + json::serialize(json::string{sql}) + more + "}");
    }
    static std::string begin(const std::string& sql, const std::string& more = {}, std::string_view as = "admin")
    {
        const auto begun = ask(sql, more, as);
        EXPECT_EQ(begun.status, 200) << begun.raw.body;
        return std::string{begun.results().at("queryUuid").as_string()};
    }
    static testing::api_answer read(const std::string& query, const std::string& more = "?wait=20s",
                                    std::string_view as = "admin")
    {
        return server().get(as, path() + query + more);
    }
    static json::value ready(const std::string& query, const std::string& more = "?wait=20s",
                             std::string_view as = "admin")
    {
        const auto answer = read(query, more, as);
        EXPECT_EQ(answer.status, 200) << answer.raw.body;
        EXPECT_EQ(answer.results().at("status").as_string(), "ready") << answer.raw.body;
        return answer.results();
    }
    static std::string running_in_warehouse(const std::string& like)
    {
        return warehouse().plain().value("select count(*) from pg_stat_activity where state = 'active' and pid <> "
                                         "pg_backend_pid() and query like '" +
                                         like + "'");
    }

private:
    static inline std::optional<testing::private_cluster> warehouse_;
};

TEST_F(Queries, ValuesComeAsTheyAreAndAsPeopleReadThem)
{
    const auto rows =
        ready(begin("select 'a\nb'::text as t, 1234567.8915 as n, true as b, date '2024-01-31' as d, "
                    "timestamptz '2024-01-31 13:37:00.5+00' as at, null::int as nothing, 'NaN'::float8 as odd"));
    const auto told = json::parse(R"~({
        "t": {"value": {"raw": "a\nb", "formatted": "a\nb"}},
        "n": {"value": {"raw": 1234567.8915, "formatted": "1,234,567.892"}},
        "b": {"value": {"raw": true, "formatted": "True"}},
        "d": {"value": {"raw": "2024-01-31T00:00:00Z", "formatted": "2024-01-31"}},
        "at": {"value": {"raw": "2024-01-31T13:37:00.5Z", "formatted": "2024-01-31, 13:37:00:500 (+00:00)"}},
        "nothing": {"value": {"raw": null, "formatted": "∅"}},
        "odd": {"value": {"raw": "NaN", "formatted": "NaN"}}})~");
    EXPECT_EQ(rows.at("rows").at(0), told);
    EXPECT_EQ(rows.at("columns").at("at"), json::parse(R"({"reference":"at","type":"timestamp"})"));
    EXPECT_EQ(rows.at("totalResults").as_int64(), 1);
}

TEST_F(Queries, AnyPageIsCutOutOfWhatIsKept)
{
    const auto query = begin("select n from generate_series(1, 1234) as n", R"(,"limit":5000)");
    ready(query);
    std::int64_t seen = 0;
    for (int page = 1; page <= 13; ++page) {
        const auto part = ready(query, "?pageSize=100&page=" + std::to_string(page));
        EXPECT_EQ(part.at("totalPageCount").as_int64(), 13);
        EXPECT_EQ(part.as_object().contains("nextPage"), page < 13);
        for (const auto& row : part.at("rows").as_array())
            EXPECT_EQ(row.at("n").at("value").at("raw").as_int64(), ++seen);
    }
    EXPECT_EQ(seen, 1234);
    EXPECT_EQ(ready(query, "?pageSize=2500").at("rows").as_array().size(), 1234);
    EXPECT_EQ(ready(query).at("rows").as_array().size(), 500);
    EXPECT_EQ(ready(query, "?page=3").at("rows").as_array().size(), 234);
    const auto beyond = read(query, "?page=4");
    EXPECT_EQ(beyond.status, 422);
    EXPECT_EQ(beyond.error_name(), "PaginationError");
    EXPECT_EQ(read(query, "?pageSize=2501").status, 422);
    EXPECT_EQ(read(query, "?wait=1h").status, 422);
}

TEST_F(Queries, NoMoreRowsAreTakenThanWereAskedFor)
{
    EXPECT_EQ(ready(begin("select 1 from generate_series(1, 1000000)", R"(,"limit":7)")).at("totalResults").as_int64(),
              7);
    EXPECT_EQ(ready(begin("select 1 where false")).at("totalResults").as_int64(), 0);
}

TEST_F(Queries, FreshRowsAreTakenAgainUnlessThatIsNotWanted)
{
    const std::string sql = "select clock_timestamp()::text as at";
    const auto first = ready(begin(sql)).at("rows");
    const auto again = ask(sql);
    EXPECT_TRUE(again.results().at("cacheMetadata").at("cacheHit").as_bool());
    EXPECT_TRUE(again.results().at("cacheMetadata").as_object().contains("cacheExpiresAt"));
    EXPECT_EQ(ready(std::string{again.results().at("queryUuid").as_string()}).at("rows"), first);
    const auto anew = ask(sql, R"(,"invalidateCache":true)");
    EXPECT_FALSE(anew.results().at("cacheMetadata").at("cacheHit").as_bool());
    EXPECT_NE(ready(std::string{anew.results().at("queryUuid").as_string()}).at("rows"), first);
}

TEST_F(Queries, EqualOnesAreAskedOnce)
{
    warehouse().plain("shop").execute("create sequence asked; grant usage on sequence asked to reader");
    std::vector<std::string> queries;
    for (int i = 0; i < 50; ++i)
        queries.push_back(
            begin("select txid_current_if_assigned(), pg_sleep(0.5)::text", {}, i % 2 ? "admin" : "developer"));
    EXPECT_EQ(server().database().value("select count(*) from query_results where statement like '%pg_sleep(0.5)%'"),
              "1");
    for (int i = 0; i < 50; ++i)
        ready(queries[static_cast<std::size_t>(i)], "?wait=20s", i % 2 ? "admin" : "developer");
}

TEST_F(Queries, AFailureIsToldInTheWarehousesWordsAndNotKept)
{
    const auto told = read(begin("select nothing from nowhere")).results();
    EXPECT_EQ(told.at("status").as_string(), "error");
    EXPECT_THAT(std::string{told.at("error").as_string()}, HasSubstr("nowhere"));
    EXPECT_FALSE(ask("select nothing from nowhere").results().at("cacheMetadata").at("cacheHit").as_bool());
}

TEST_F(Queries, NothingIsWritten)
{
    warehouse().plain("shop").execute("create table kept (n int); grant all on kept to reader");
    for (const std::string sql : {"insert into kept values (1)", "select 1; insert into kept values (1)",
                                  "with w as (insert into kept values (1) returning n) select n from w"})
        EXPECT_EQ(read(begin(sql)).results().at("status").as_string(), "error") << sql;
    EXPECT_EQ(warehouse().plain("shop").value("select count(*) from kept"), "0");
}

// Orders of a shop, of which each status has as many as it has letters.
void deploy_orders(testing::api_server& server, testing::private_cluster& warehouse)
{
    warehouse.plain("shop").execute("create table orders as select status, n as amount, now() as ordered_at from "
                                    "unnest(array['placed', 'shipped', 'returned']) as status, "
                                    "generate_series(1, length(status)) as n; grant select on orders to reader");
    const auto put = server.send("admin", "PUT", "/api/v1/projects/" + server.project() + "/explores", R"~([{
        "name": "shop", "label": "Shop", "baseTable": "orders", "targetDatabase": "postgres", "joinedTables": [],
        "tables": {"orders": {"name": "orders", "label": "Orders", "sqlTable": "public.orders",
            "dimensions": {"status": {"name": "status", "table": "orders", "type": "string", "label": "Status",
                                      "sql": "${TABLE}.status"}},
            "metrics": {"number": {"name": "number", "table": "orders", "type": "count", "label": "Number",
                                   "sql": "${TABLE}.amount"}}}}}])~");
    ASSERT_EQ(put.status, 200) << put.raw.body;
}

TEST_F(Queries, AMetricQueryAndTheChartOfItShareTheirAnswer)
{
    deploy_orders(server(), warehouse());
    const std::string query = R"({"exploreName":"shop","dimensions":["orders_status"],"metrics":["orders_number"],)"
                              R"("filters":{},"sorts":[{"fieldId":"orders_number","descending":true}],"limit":10,)"
                              R"("tableCalculations":[]})";
    const auto begun = server().post("interactive_viewer", path() + "metric-query", R"({"query":)" + query + "}");
    ASSERT_EQ(begun.status, 200) << begun.raw.body;
    EXPECT_EQ(begun.results().at("fields").at("orders_number"),
              json::parse(R"({"fieldType":"metric","type":"number","name":"orders_number","label":"Number"})"));
    EXPECT_EQ(begun.results().at("metricQuery"), json::parse(query));
    const auto rows =
        ready(std::string{begun.results().at("queryUuid").as_string()}, "?wait=20s", "interactive_viewer").at("rows");
    ASSERT_EQ(rows.as_array().size(), 3U);
    EXPECT_EQ(rows.at(0), json::parse(R"({"orders_status":{"value":{"raw":"returned","formatted":"returned"}},)"
                                      R"("orders_number":{"value":{"raw":8,"formatted":"8"}}})"));

    const auto chart = server().post("admin", "/api/v1/projects/" + server().project() + "/saved",
                                     R"({"name":"By status","tableName":"shop","metricQuery":)" + query +
                                         R"(,"chartConfig":{"type":"table"},"tableConfig":{"columnOrder":[]}})");
    ASSERT_EQ(chart.status, 200) << chart.raw.body;
    const auto shown = server().post("viewer", path() + "chart",
                                     R"({"chartUuid":")" + std::string{chart.results().at("uuid").as_string()} + "\"}");
    ASSERT_EQ(shown.status, 200) << shown.raw.body;
    EXPECT_TRUE(shown.results().at("cacheMetadata").at("cacheHit").as_bool()) << shown.raw.body;
    EXPECT_EQ(ready(std::string{shown.results().at("queryUuid").as_string()}, "", "viewer").at("rows"), rows);

    EXPECT_EQ(server().post("viewer", path() + "metric-query", R"({"query":)" + query + "}").status, 403);
}

TEST_F(Queries, OnlyWhoAskedReadsAndCancels)
{
    const auto query = begin("select 'mine' as whose");
    ready(query);
    for (const auto* const other : {"developer", "viewer"}) {
        EXPECT_EQ(read(query, "", other).status, 404) << other;
        EXPECT_EQ(server().post(other, path() + query + "/cancel", "").status, 404) << other;
    }
    EXPECT_GE(read(query, "", "stranger").status, 403);
    EXPECT_EQ(ask("select 1", {}, "viewer").status, 403);
    EXPECT_EQ(ask("select 1", {}, "stranger").status, 403);
    EXPECT_EQ(read("0b54ea3c-0000-4000-8000-000000000000", "").status, 404);
}

TEST_F(Queries, ACancelledOneEndsInTheWarehouse)
{
    const auto query = begin("select pg_sleep(60)::text as cancelled_one");
    ASSERT_TRUE(testing::eventually(5s, [] { return running_in_warehouse("%cancelled_one%") == "1"; }));
    EXPECT_EQ(server().post("admin", path() + query + "/cancel", "").status, 200);
    EXPECT_TRUE(testing::eventually(2s, [] { return running_in_warehouse("%cancelled_one%") == "0"; }));
    EXPECT_EQ(read(query).results().at("status").as_string(), "cancelled");
}

TEST_F(Queries, WhoCancelsASharedOneEndsItForNobodyElse)
{
    const std::string sql = "select pg_sleep(1)::text as shared_one";
    const auto mine = begin(sql), others = begin(sql, {}, "developer");
    EXPECT_EQ(server().post("admin", path() + mine + "/cancel", "").status, 200);
    ready(others, "?wait=20s", "developer");
    EXPECT_EQ(read(mine).results().at("status").as_string(), "cancelled");
}

TEST_F(Queries, FourAtATimeAreAskedAndNoneStarves)
{
    std::vector<std::string> queries;
    for (int i = 0; i < 20; ++i)
        queries.push_back(begin("select pg_sleep(0.2)::text, " + std::to_string(i) + " as one_of_many"));
    EXPECT_TRUE(testing::eventually(5s, [] { return running_in_warehouse("%one_of_many%") == "4"; }));
    for (const auto& query : queries)
        ready(query);
    EXPECT_EQ(server().database().value(
                  "select count(*) from (select started_at < lag(started_at) over (order by created_at, id) as earlier "
                  "from query_results where statement like '%one_of_many%') as a where earlier"),
              "0");
}

TEST_F(Queries, AWarehouseThatIsAwayCostsItsOwnQueriesOnly)
{
    warehouse().stop();
    const auto told = read(begin("select 'away'")).results();
    EXPECT_EQ(told.at("status").as_string(), "error");
    EXPECT_EQ(server().get("admin", "/api/v1/user").status, 200);
    warehouse().start();
    ready(begin("select 'back again'"));
}

} // namespace
} // namespace lightdash
