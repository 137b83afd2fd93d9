// Plans: whose time it was, how they are drawn, and which indexes their conditions ask for.
#include "lightdash/core/error.hpp"
#include "lightdash/ops/inspect/explain.hpp"
#include "lightdash/ops/inspect/plan.hpp"
#include "lightdash/ops/inspect/plan_reader.hpp"
#include "lightdash/ops/inspect/suggest.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lightdash::ops {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

plan_node node(const std::string& type, double ms, double loops = 1)
{
    plan_node made;
    made.type = type;
    made.actual_ms = ms;
    made.actual_rows = 10;
    made.estimated_rows = 12;
    made.loops = loops;
    return made;
}

plan_node scan(const std::string& table, const std::string& alias, const std::string& filter)
{
    plan_node made;
    made.type = "Seq Scan";
    made.schema = "public";
    made.relation = table;
    made.alias = alias;
    if (!filter.empty())
        made.details.emplace_back("Filter", filter);
    return made;
}

std::vector<std::string> columns_of(const query_plan& plan)
{
    std::vector<std::string> made;
    for (const auto& one : candidates_of(plan)) {
        std::string text = one.table_name + "(";
        for (const auto& column : one.columns)
            text += (text.ends_with('(') ? "" : ",") + column;
        made.push_back(text + ")");
    }
    return made;
}

TEST(Plan, IsReadFromWhatExplainWritesAsJson)
{
    const auto plan = read_plan(R"json([{"Plan": {"Node Type": "Hash Join", "Join Type": "Left", "Total Cost": 9.5,
        "Actual Rows": 3, "Actual Total Time": 2.0, "Actual Loops": 1, "Hash Cond": "(a.id = b.id)", "Unheard Of": {},
        "Plans": [{"Node Type": "Seq Scan", "Relation Name": "a", "Sort Key": ["x", "y"], "Actual Rows": 3,
                   "Actual Total Time": 1.5, "Actual Loops": 1}]}, "Execution Time": 2.5}])json");
    EXPECT_EQ(plan.root.type, "Hash Left Join");
    EXPECT_EQ(plan.root.total_cost, 9.5);
    EXPECT_EQ(plan.execution_ms, 2.5);
    ASSERT_EQ(plan.root.children.size(), 1u);
    EXPECT_TRUE(plan.root.children[0].slowest);
    EXPECT_THAT(plan.root.children[0].details, ElementsAre(std::pair<std::string, std::string>{"Sort Key", "x, y"}));
    EXPECT_THROW(read_plan("no plan"), error);
}

TEST(Plan, TheSlowestNodeIsTheOneWithMostTimeOfItsOwn)
{
    query_plan plan{node("Nested Loop", 100), 0.5, 101.0};
    plan.root.children = {node("Seq Scan", 10), node("Index Scan", 0.8, 100)};
    plan.root.children[1].relation = "t";
    plan.root.children[1].alias = "t";
    measure(plan);
    EXPECT_DOUBLE_EQ(plan.root.children[1].self_ms, 80);
    EXPECT_NEAR(plan.root.self_ms, 10, 1e-9);
    EXPECT_TRUE(plan.root.children[1].slowest);
    EXPECT_FALSE(plan.root.slowest);
    EXPECT_THAT(draw_plan(plan, true),
                ElementsAre("       self       total       rows  estimated  node",
                            "   10.00 ms      100 ms         10         12  Nested Loop",
                            "   10.00 ms    10.00 ms         10         12  |- Seq Scan",
                            "   80.00 ms    80.00 ms         10         12  `- Index Scan on t x100  <- slowest",
                            "Planning: 0.50 ms", "Execution: 101 ms"));
}

TEST(Plan, WorkersShareTheTimeOfTheirLoops)
{
    query_plan plan{node("Gather", 50), {}, {}};
    plan.root.workers = 2;
    plan.root.children = {node("Seq Scan", 40, 3)};
    measure(plan);
    EXPECT_DOUBLE_EQ(plan.root.children[0].inclusive_ms, 40);
    EXPECT_DOUBLE_EQ(plan.root.self_ms, 10);
}

TEST(Plan, AnEstimateTenTimesOffIsRemarked)
{
    query_plan plan{node("Seq Scan", 1), {}, {}};
    plan.root.actual_rows = 5000;
    plan.root.estimated_rows = 5;
    measure(plan);
    EXPECT_THAT(draw_plan(plan, true)[1], ::testing::HasSubstr("(1000 times more rows than estimated)"));
}

TEST(Plan, AnUnmeasuredOneShowsCosts)
{
    query_plan plan;
    plan.root = scan("users", "u", "(u.age > 3)");
    plan.root.total_cost = 12.5;
    plan.root.estimated_rows = 3;
    plan.root.children = {scan("t", "t", "")};
    measure(plan);
    EXPECT_THAT(draw_plan(plan, false),
                ElementsAre("        cost       rows  node", "       12.50          3  Seq Scan on public.users u",
                            "                         │  Filter: (u.age > 3)",
                            "        0.00          0  └─ Seq Scan on public.t"));
}

TEST(IndexCandidates, ComeFromConditionsAndEqualityComesFirst)
{
    query_plan plan;
    plan.root = scan("users", "u", "((u.age > 3) AND ((u.email)::text = 'it''s u.city = 1'::text))");
    EXPECT_THAT(columns_of(plan), ElementsAre("users(age)", "users(email)", "users(email,age)"));
}

TEST(IndexCandidates, JoinsAndOrdersAskForIndexesOfTheTableThatIsRead)
{
    query_plan plan;
    plan.root.type = "Sort";
    plan.root.details = {{"Sort Key", "d.created_at DESC"}};
    plan_node join;
    join.type = "Hash Join";
    join.details = {{"Hash Cond", "(d.project_id = p.id)"}};
    plan_node other;
    other.type = "Index Scan";
    other.relation = "projects";
    other.alias = "p";
    join.children = {scan("dashboards", "d", ""), other};
    plan.root.children = {join};
    EXPECT_THAT(columns_of(plan),
                ElementsAre("dashboards(created_at)", "dashboards(project_id)", "dashboards(project_id,created_at)"));
}

TEST(IndexCandidates, AFunctionOfAColumnAndAnInequalityAskForNone)
{
    query_plan plan;
    plan.root = scan("users", "u", "((lower(u.email) = 'x'::text) AND (u.age <> 3))");
    EXPECT_THAT(columns_of(plan), IsEmpty());
}

TEST(IndexCandidates, NamesThatNeedQuotesAreReadAndWritten)
{
    query_plan plan;
    plan.root = scan("My Users", "U", R"(("U"."E ""mail" = ANY ('{a,b}'::text[])))");
    const auto found = candidates_of(plan);
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(create_statement(found[0], true), R"(CREATE INDEX CONCURRENTLY ON "public"."My Users" ("E ""mail"))");
}

TEST(Explain, AFaultIsPlacedByLineAndColumn)
{
    EXPECT_EQ(place_of("select\n  fro", 10), "line 2, column 3");
    EXPECT_EQ(place_of("é x", 3), "line 1, column 3");
}

TEST(ExplainText, WhatStandsBeforeTheStatementIsTakenOffAndPlacesStay)
{
    struct expectation {
        const char *text, *sql;
        bool analyze, verbose;
    };
    for (const auto& [text, sql, analyze, verbose] :
         {expectation{"select 1", "select 1", false, false},
          {"EXPLAIN select 1", "        select 1", false, false},
          {"explain ANALYZE\nverbose select 1", "               \n        select 1", true, true},
          {"-- why?\nexplain (analyze, buffers, format json) select 1",
           "       \n                                        select 1", true, false},
          {"explain (analyze off, verbose true, timing off) select 1",
           "                                                select 1", false, true},
          {"/* explain */ select 1", "/* explain */ select 1", false, false},
          {"explainer", "explainer", false, false},
          {"explain", "       ", false, false},
          {"explain (analyze", "                ", true, false},
          {"", "", false, false}}) {
        explain_request made;
        take_explain_off(made, text);
        EXPECT_EQ(made.sql, sql) << text;
        EXPECT_EQ(made.analyze, analyze) << text;
        EXPECT_EQ(made.verbose, verbose) << text;
    }
}

TEST(ExplainText, AStatementIsNoNameOfAFile)
{
    for (const auto* statement : {"select 1", "SELECT\n*", "with a as (select 1) table a", "explain select 1",
                                  "update t set a = 1", "values (1)", "-- a comment\nselect 1"})
        EXPECT_TRUE(is_a_statement(statement)) << statement;
    for (const auto* name : {"select.sql", "query.sql", "select", "-", "", "/tmp/select 1.sql", "my queries/a.sql"})
        EXPECT_FALSE(is_a_statement(name)) << name;
}

} // namespace
} // namespace lightdash::ops
