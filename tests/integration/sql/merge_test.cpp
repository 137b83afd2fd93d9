// merge on a server: which branch each row takes, and what is in the table afterwards.
#include "lightdash/sql/builder.hpp"
#include "support/knex_fixture.hpp"

#include <gmock/gmock.h>

namespace lightdash::sql {
namespace {

using testing::sql_statement;

class Merge : public ::testing::Test {
protected:
    static inline std::optional<testing::knex_fixture> server;
    static void SetUpTestSuite() { server.emplace(); }
    static void TearDownTestSuite() { server.reset(); }

    // The stock afterwards, "id name count" a line, and what the merge said.
    static std::string after(const fragment& merged)
    {
        auto made = merged.compile();
        const auto answer = server->run({
            sql_statement{"create temporary table stock (id int primary key, name text, count int)", {}},
            sql_statement{"create temporary table delivery (id int, name text, count int, broken bool default false)",
                          {}},
            sql_statement{"insert into stock values (1, 'apple', 10), (2, 'pear', 20), (3, 'plum', 30)", {}},
            sql_statement{
                "insert into delivery values (2, 'PEAR', 5, false), (3, 'PLUM', 0, true), (4, 'FIG', 7, false)", {}},
            sql_statement{std::move(made.text), std::move(made.values)},
            sql_statement{"select id, name, count from stock order by id", {}},
        });
        return answer.shown();
    }
    static merge from_delivery() { return merge("stock as s").using_rows("delivery as d", on("d.id", "s.id")); }
};

TEST_F(Merge, UpdatesWhatMatchesAndInsertsTheRest)
{
    EXPECT_EQ(after(from_delivery()
                        .when_matched_update(set("count", raw("s.count + d.count")).set("name", ref("d.name")))
                        .when_not_matched_insert(
                            set("id", ref("d.id")).set("name", call("lower", ref("d.name"))).set("count", 1))),
              "1|apple|10\n2|PEAR|25\n3|PLUM|30\n4|fig|1");
}

TEST_F(Merge, TakesTheFirstBranchWhoseConditionHolds)
{
    EXPECT_EQ(after(from_delivery()
                        .when_matched_remove(where("d.broken", true))
                        .when_matched_update(where("s.count", ">", 100), set("count", 0))
                        .when_matched_update(set("count", default_value()))
                        .when_not_matched_insert(where("d.count", ">", 100).or_where("d.name", "KIWI"),
                                                 set("id", ref("d.id")))),
              "1|apple|10\n2|pear|null");
}

TEST_F(Merge, LeavesRowsAloneWhenToldSo)
{
    EXPECT_EQ(after(from_delivery()
                        .when_matched_ignore(where("d.broken", true))
                        .when_matched_remove()
                        .when_not_matched_ignore(where("d.id", 4))
                        .when_not_matched_insert(set("id", ref("d.id")))),
              "1|apple|10\n3|plum|30");
    EXPECT_EQ(after(from_delivery().when_matched_ignore().when_not_matched_ignore()),
              "1|apple|10\n2|pear|20\n3|plum|30");
}

TEST_F(Merge, TakesItsRowsFromAQueryAndFromArrays)
{
    EXPECT_EQ(after(merge("stock as s")
                        .with("best", select("id", "count").from("delivery").where("count", ">", 6))
                        .using_rows(select("id", "count").from("best").as("d"), on("d.id", "s.id"))
                        .when_matched_remove()
                        .when_not_matched_insert(set("id", ref("d.id")).set("count", ref("d.count")))),
              "1|apple|10\n2|pear|20\n3|plum|30\n4|null|7");
    EXPECT_EQ(after(merge("stock as s")
                        .using_rows(
                            unnest(std::vector{1, 9}, std::vector<std::string>{"new", "none"}).as("d", {"id", "name"}),
                            on("d.id", "s.id").where("s.count", "<", 100))
                        .when_matched_update(set("name", ref("d.name")))
                        .when_not_matched_insert(set("id", ref("d.id")).set("name", ref("d.name")))),
              "1|new|10\n2|pear|20\n3|plum|30\n9|none|null");
}

TEST_F(Merge, SaysHowManyRowsItChanged)
{
    auto made = from_delivery().when_matched_remove(where("d.broken", true)).when_matched_ignore().compile();
    const auto answer = server->run({
        sql_statement{"create temporary table stock (id int primary key, name text, count int)", {}},
        sql_statement{"create temporary table delivery (id int, name text, count int, broken bool default false)", {}},
        sql_statement{"insert into stock values (1, 'apple', 10), (2, 'pear', 20)", {}},
        sql_statement{"insert into delivery values (1, 'a', 0, true), (2, 'b', 0, false)", {}},
        sql_statement{std::move(made.text), std::move(made.values)},
    });
    EXPECT_EQ(answer.shown(), "MERGE 1");
}

} // namespace
} // namespace lightdash::sql
