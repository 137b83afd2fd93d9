// The comparison of twins itself: what must fail does.
#include "support/knex_twins.hpp"

#include <gmock/gmock.h>

namespace lightdash::testing {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class KnexTwins : public ::testing::Test {
protected:
    static inline std::optional<knex_fixture> fixture;
    static void SetUpTestSuite() { fixture.emplace(); }
    static void TearDownTestSuite() { fixture.reset(); }

    static std::vector<std::string> faults(const knex_twin& twin, const knex_case& expected)
    {
        return faults_of(twin, expected, *fixture);
    }

    static knex_case one_user()
    {
        return {.id = "where/one",
                .group = "where",
                .js = "knex('users')",
                .trap = {},
                .error = {},
                .statements = {{.text = "select email from users where user_id = $1",
                                .bindings = {{.is = knex_binding::kind::number, .text = "1", .shown = "1"}}}},
                .accepted = true,
                .command = "SELECT",
                .count = 1,
                .ordered = false,
                .rows = std::vector<sql_row>{{"ada@acme.test"}}};
    }
    static sql_statement equal_twin() { return {"select email from users where user_id = $1", pg::params::of(1)}; }
    static sql_statement array_twin()
    {
        return {"select email from users where user_id = any($1)", pg::params::of(std::vector{1})};
    }
};

TEST_F(KnexTwins, EqualTextValuesAndRowsPass)
{
    EXPECT_THAT(faults({"one", equal_twin}, one_user()), IsEmpty());
}

TEST_F(KnexTwins, AnotherTextFailsUnlessItIsMarked)
{
    EXPECT_THAT(faults({"one", array_twin}, one_user()), Contains(HasSubstr("where Knex writes")));
    EXPECT_THAT(faults({"one", array_twin, differs("a list")}, one_user()), IsEmpty());
}

TEST_F(KnexTwins, AMarkOfADifferenceThatIsNoneFails)
{
    EXPECT_THAT(faults({"one", equal_twin, differs("a list")}, one_user()), Contains(HasSubstr("remove the mark")));
    EXPECT_THAT(faults({"one", equal_twin, instead("", "ada@acme.test")}, one_user()),
                Contains(HasSubstr("remove the mark")));
}

TEST_F(KnexTwins, AnotherValueFails)
{
    const auto two = [] { return sql_statement{"select email from users where user_id = $1", pg::params::of(2)}; };
    EXPECT_THAT(faults({"one", two}, one_user()), Contains(HasSubstr("value $1 is 2 where Knex has 1")));
    const auto text = [] { return sql_statement{"select email from users where user_id = $1", pg::params::of("1")}; };
    EXPECT_THAT(faults({"one", text}, one_user()), Contains(HasSubstr("value $1 is 1 where Knex has 1")));
    const auto null = [] {
        return sql_statement{"select email from users where user_id = $1", pg::params::of(std::optional<int>{})};
    };
    EXPECT_THAT(faults({"one", null}, one_user()), Contains(HasSubstr("value $1 is null")));
    const auto none = [] { return "select email from users where user_id = $1"; };
    EXPECT_THAT(faults({"one", none}, one_user()), Contains(HasSubstr("0 values where Knex has 1")));
}

TEST_F(KnexTwins, ValuesAreComparedInTheirOwnType)
{
    using kind = knex_binding::kind;
    const auto values = pg::params::of(1.5, true, pg::json_text{R"({"b":1,"a":2})"}, std::vector<std::string>{"x", "y"},
                                       pg::timestamptz{std::chrono::sys_days{std::chrono::year{2024} / 5 / 2}});
    EXPECT_EQ(fixture->difference(values, {{kind::number, "1.5", "1.5"},
                                           {kind::boolean, "true", "true"},
                                           {kind::object, R"({"a": 2, "b": 1})", ""},
                                           {kind::list, R"({"x","y"})", ""},
                                           {kind::text, "2024-05-02", ""}}),
              "");
    EXPECT_NE(fixture->difference(pg::params::of(true), {{kind::number, "0", "0"}}), "");
}

TEST_F(KnexTwins, OtherRowsFail)
{
    auto expected = one_user();
    expected.rows = std::vector<sql_row>{{"grace@acme.test"}};
    EXPECT_THAT(faults({"one", equal_twin}, expected), Contains(HasSubstr("where Knex's returns\ngrace@acme.test")));
    EXPECT_THAT(faults({"one", array_twin, differs("a list")}, expected), Contains(HasSubstr("grace@acme.test")));
}

TEST_F(KnexTwins, RowsWithoutAnOrderAreCompared)
{
    auto expected = one_user();
    expected.statements = {{.text = "select user_id from users order by user_id desc limit 2", .bindings = {}}};
    expected.count = 2;
    expected.rows = std::vector<sql_row>{{"4"}, {"5"}};
    const auto twin = [] { return "select user_id from users order by user_id desc limit 2"; };
    EXPECT_THAT(faults({"one", twin}, expected), IsEmpty());
    expected.ordered = true;
    EXPECT_THAT(faults({"one", twin}, expected), Contains(HasSubstr("where Knex's returns")));
}

TEST_F(KnexTwins, AnotherDatabaseAfterwardsFails)
{
    knex_case expected{.id = "update/x",
                       .group = "update",
                       .statements = {{.text = "update users set role = 'x' where user_id = 1", .bindings = {}}},
                       .accepted = true};
    const auto same = [] { return "update users set role = 'x' where user_id in (1)"; };
    const auto other = [] { return "update users set role = 'y' where user_id in (1)"; };
    EXPECT_THAT(faults({"x", same, differs("in")}, expected), IsEmpty());
    EXPECT_THAT(faults({"x", other, differs("in")}, expected), Contains(HasSubstr("leaves another database")));
}

TEST_F(KnexTwins, AnotherCatalogAfterwardsFails)
{
    knex_case expected{.id = "schema-index/x",
                       .group = "schema-index",
                       .statements = {{.text = "create table t (a integer)", .bindings = {}},
                                      {.text = "create index t_a on t (a)", .bindings = {}}},
                       .accepted = true};
    const auto same = [] {
        return std::vector<std::string>{"create table t (a int)", "create index t_a on t using btree (a)"};
    };
    const auto other = [] {
        return std::vector<std::string>{"create table t (a int)", "create index t_a on t (a desc)"};
    };
    EXPECT_THAT(faults({"x", same, differs("int")}, expected), IsEmpty());
    EXPECT_THAT(faults({"x", other, differs("int")}, expected), Contains(HasSubstr("t USING btree (a DESC)")));
}

TEST_F(KnexTwins, SerialsCountFromTheFixture)
{
    const std::vector<sql_statement> insert{{"insert into ticks default values returning tick_id", {}}};
    EXPECT_EQ(fixture->run(insert).shown(), "1");
    EXPECT_EQ(fixture->run(insert).shown(), "1");
}

TEST_F(KnexTwins, WhatPostgresqlRefusesFails)
{
    auto expected = one_user();
    const auto broken = [] { return "select email from nowhere"; };
    EXPECT_THAT(faults({"one", broken, differs("x")}, expected), Contains(HasSubstr("42P01")));
    EXPECT_THAT(faults({"one", broken, instead("x", "1")}, expected), Contains(HasSubstr("42P01")));
}

TEST_F(KnexTwins, ATrapMustNotBeCopied)
{
    auto expected = one_user();
    expected.trap = "never matches";
    EXPECT_THAT(faults({"one", equal_twin}, expected), Contains(HasSubstr("never matches")));
    EXPECT_THAT(faults({"one", array_twin, instead("x", "ada@acme.test")}, expected), IsEmpty());
    EXPECT_THAT(faults({"one", array_twin, instead("x", "grace@acme.test")}, expected),
                Contains(HasSubstr("the table expects\ngrace@acme.test")));
}

TEST_F(KnexTwins, WhatKnexRefusesMustBeRefused)
{
    knex_case expected{.id = "errors/x", .group = "errors", .error = "no bounds"};
    const auto refusal = []() -> std::string { throw std::runtime_error("between takes two bounds"); };
    EXPECT_THAT(faults({"x", equal_twin}, expected), Contains(HasSubstr("no bounds")));
    EXPECT_THAT(faults({"x", equal_twin, refuses("two bounds")}, expected), Contains(HasSubstr("should refuse")));
    EXPECT_THAT(faults({"x", refusal, refuses("two bounds")}, expected), IsEmpty());
    EXPECT_THAT(faults({"x", refusal, refuses("three")}, expected), Contains(HasSubstr("other words")));
    EXPECT_THAT(faults({"x", refusal, refuses("")}, expected), Contains(HasSubstr("other words")));
    EXPECT_THAT(faults({"x", does_not_compile("no_such_test")}, expected), Contains(HasSubstr("no_such_test()")));
    EXPECT_THAT(faults({"x", left_out("")}, expected), Contains(HasSubstr("without a reason")));
}

TEST_F(KnexTwins, TheFileHoldsWhatItSays)
{
    EXPECT_EQ(knex_cases().size(), 393U);
}

} // namespace
} // namespace lightdash::testing
