// What the builder has and Knex lacks, on a server: the twins have nothing to compare these with.
#include "lightdash/sql/builder.hpp"
#include "support/knex_fixture.hpp"

#include <gtest/gtest.h>

namespace lightdash::sql {
namespace {

using testing::sql_statement;

class BeyondKnex : public ::testing::Test {
protected:
    static inline std::optional<testing::knex_fixture> server;
    static void SetUpTestSuite() { server.emplace(); }
    static void TearDownTestSuite() { server.reset(); }

    static std::string answer(const fragment& query)
    {
        auto made = query.compile();
        return server->run({sales(), sql_statement{std::move(made.text), std::move(made.values)}}).shown();
    }
    // A change, and what it leaves.
    static std::string after(const fragment& change)
    {
        auto made = change.compile();
        return server
            ->run({sales(), sql_statement{std::move(made.text), std::move(made.values)},
                   sql_statement{"select id, region, amount from sales order by id", {}}})
            .shown();
    }
    static sql_statement sales()
    {
        return {"create temporary table sales (id int constraint sales_pkey primary key, region text, kind text, "
                "amount int); insert into sales values (1, 'north', 'a', 10), (2, 'north', 'b', 20), "
                "(3, 'south', 'a', 30), (4, 'south', 'a', 40)",
                {}};
    }
};

TEST_F(BeyondKnex, GroupsByRollupCubeAndGroupingSets)
{
    const auto by = [](const expression& groups) {
        return answer(select("region", "kind").sum("amount").from("sales").group_by(groups).order_by_raw(raw("1, 2")));
    };
    EXPECT_EQ(by(rollup("region", "kind")),
              "north|a|10\nnorth|b|20\nnorth|null|30\nsouth|a|70\nsouth|null|70\nnull|null|100");
    EXPECT_EQ(by(cube("region", "kind")), "north|a|10\nnorth|b|20\nnorth|null|30\nsouth|a|70\nsouth|null|70\n"
                                          "null|a|80\nnull|b|20\nnull|null|100");
    EXPECT_EQ(by(grouping_sets(row("region"), row("kind"), row())),
              "north|null|30\nsouth|null|70\nnull|a|80\nnull|b|20\nnull|null|100");
}

TEST_F(BeyondKnex, AggregatesFilterOrderAndWorkWithinGroups)
{
    EXPECT_EQ(
        answer(select(count("id").filter(where("amount", ">", 15)),
                      call("string_agg", ref("kind"), "-").order_by("id", desc),
                      call("percentile_disc", 0.5).within_group("amount"), call("array_agg", ref("kind")).distinct())
                   .from("sales")),
        "3|a-a-b-a|20|{a,b}");
}

TEST_F(BeyondKnex, WindowsHaveFramesAndNames)
{
    EXPECT_EQ(answer(select("id",
                            sum("amount").over(
                                window().order_by("id").rows(frame_bound::preceding(1), frame_bound::current_row())),
                            call("lag", ref("amount"), 1, -1).over("w"), row_number().over("w"))
                         .from("sales")
                         .window("w", window().partition_by("region").order_by("id"))
                         .order_by("id")),
              "1|10|-1|1\n2|30|10|2\n3|50|-1|1\n4|70|30|2");
}

TEST_F(BeyondKnex, PagesContinueAfterARow)
{
    const auto page = [](direction region, const auto&... last) {
        return answer(select("id").from("sales").order_by("region", region).order_by("id").after(last...).limit(2));
    };
    EXPECT_EQ(page(asc, "north", 1), "2\n3");
    EXPECT_EQ(page(asc, "south", 4), "SELECT 0");
    EXPECT_EQ(page(desc, "south", 4), "1\n2") << "directions differ";
    EXPECT_EQ(page(desc, "south", 3), "4\n1");
    EXPECT_EQ(answer(select("id").from("sales").where("id", 1).or_where("id", 4).order_by("id").after(1)), "4");
}

TEST_F(BeyondKnex, LateralAndNaturalJoins)
{
    const auto largest = select("s.id", "s.amount")
                             .from("sales as s")
                             .where_column("s.region", "r.region")
                             .order_by("s.amount", desc)
                             .limit(1);
    const auto regions = select().distinct("region").from("sales").as("r");
    EXPECT_EQ(answer(select("r.region", "best.id").from(regions).join_lateral(largest.as("best")).order_by("r.region")),
              "north|2\nsouth|4");
    EXPECT_EQ(answer(select("r.region", "best.id")
                         .from(regions)
                         .left_join_lateral(largest.as("best"), on("best.id", "best.id").where("best.id", ">", 2))
                         .order_by("r.region")),
              "north|null\nsouth|4");
    EXPECT_EQ(
        answer(select().count().from("sales").natural_join(select("id").from("sales").where("id", "<", 3).as("x"))),
        "2");
}

TEST_F(BeyondKnex, SetOperationsKeepDuplicatesAndBranchesTheirOrder)
{
    const auto kinds = select("kind").from("sales");
    EXPECT_EQ(answer(kinds.intersect_all(select("kind").from("sales").where("region", "south")).order_by("kind")),
              "a\na");
    EXPECT_EQ(answer(kinds.except_all(select("kind").from("sales").where("id", 1)).order_by("kind")), "a\na\nb");
    EXPECT_EQ(answer(select("id")
                         .from("sales")
                         .order_by("id", desc)
                         .limit(1)
                         .union_all(select("id").from("sales").order_by("id").limit(1))),
              "4\n1");
}

TEST_F(BeyondKnex, ConflictsNameConstraintsAndConditions)
{
    const auto rows = insert("sales").columns("id", "region", "amount").values(1, "west", 5).values(9, "west", 50);
    EXPECT_EQ(after(insert{rows}.on_conflict(conflict::constraint("sales_pkey")
                                                 .merge(set("amount", raw("sales.amount + excluded.amount")))
                                                 .where("sales.region", "north"))),
              "1|north|15\n2|north|20\n3|south|30\n4|south|40\n9|west|50");
    EXPECT_EQ(after(insert{rows}.on_conflict(conflict::ignore_any())),
              "1|north|10\n2|north|20\n3|south|30\n4|south|40\n9|west|50");
}

TEST_F(BeyondKnex, ChangesGiveTheirRowsToAQuery)
{
    EXPECT_EQ(answer(select("gone.region")
                         .count("* as n")
                         .with("gone", remove("sales").where("amount", ">", 15).returning("region"))
                         .from("gone")
                         .group_by("gone.region")
                         .order_by("gone.region")),
              "north|1\nsouth|2");
    EXPECT_EQ(after(update("sales as s")
                        .set("region", ref("n.name"))
                        .increment("amount", 5)
                        .from(unnest(std::vector{1, 3}, std::vector<std::string>{"N", "S"}).as("n", {"id", "name"}))
                        .where_column("n.id", "s.id")),
              "1|N|15\n2|north|20\n3|S|35\n4|south|40");
}

TEST_F(BeyondKnex, RowsAreLockedOrSkipped)
{
    EXPECT_EQ(answer(select("id").from("sales").where("id", 1).for_no_key_update().skip_locked()), "1");
    EXPECT_EQ(answer(select("s.id").from("sales as s").where("s.id", 1).for_update("s").no_wait()), "1");
}

TEST_F(BeyondKnex, ComparesWithWhatKnexDoesNotKnow)
{
    EXPECT_EQ(answer(select("id").from("sales").where("region", "is distinct from", "north").where("kind", "^@", "a")),
              "3\n4");
    EXPECT_EQ(answer(select("id").from("sales").where_in(
                  row("region", "kind"),
                  unnest(std::vector<std::string>{"north", "south"}, std::vector<std::string>{"b", "b"}))),
              "2");
}

} // namespace
} // namespace lightdash::sql
