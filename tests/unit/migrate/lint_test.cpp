// The linter: each rule where it must speak and where it must not, and the comments that allow.
#include "lightdash/migrate/code_migration.hpp"
#include "lightdash/migrate/lint.hpp"
#include "lightdash/migrate/migrate_error.hpp"
#include "lightdash/migrate/sql_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lightdash::migrate {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// What was there before. The SQL of a test begins in line 2 of its own file.
constexpr const char* existing = R"(
create type mood as enum ('sad', 'happy');
create table users (id bigint primary key, email varchar(80), name varchar, price numeric(10, 2), mood mood, age int);
create index users_age on users (age);
create table orders (id bigint primary key, user_id bigint, note text);
create index orders_user on orders (user_id);
)";

migration sql(const std::string& name, const std::string& up, const std::string& option = "",
              const std::string& above = "", const std::string& down = "select 1")
{
    return parse_sql_file("migrations/" + name + ".sql",
                          above + "-- migrate:up" + option + "\n" + up + "\n-- migrate:down\n" + down + "\n");
}

std::vector<lint_finding> lint_last(std::vector<migration> all, lint_options options = {})
{
    registry known;
    options.only = {all.back().name};
    for (auto& one : all)
        known.add(std::move(one));
    return lint(known, options);
}

std::vector<lint_finding> lint_up(const std::string& up, const std::string& option = "", lint_options options = {})
{
    std::vector<migration> all;
    all.push_back(sql("001_existing", existing));
    all.push_back(sql("002_checked", up, option));
    return lint_last(std::move(all), std::move(options));
}

// "rule line:column" of each.
std::vector<std::string> places(const std::vector<lint_finding>& findings)
{
    std::vector<std::string> made;
    for (const auto& one : findings)
        made.push_back(one.rule + ' ' + std::to_string(one.line) + ':' + std::to_string(one.column));
    return made;
}

struct example {
    const char* rule;
    const char* place; // "line:column"
    const char* unsafe;
    const char* safe;
    const char* unsafe_option = "";
    const char* safe_option = "";
};

constexpr const char* off = " transaction:off";

const std::vector<example> examples{
    {"index-not-concurrent", "3:1", "select 1;\ncreate index x on users (name)",
     "create index concurrently x on users (name)", "", off},
    {"index-not-concurrent", "2:1", "create unique index x on public.users (name)",
     "create table t (a int); create index x on t (a)"},
    {"drop-index-not-concurrent", "2:1", "drop index users_age", "drop index concurrently users_age", "", off},
    {"drop-index-not-concurrent", "2:1", "drop index of_another_tool",
     "create table t (a int); create index t_a on t (a); drop index t_a"},
    {"reindex-not-concurrent", "2:1", "reindex table users", "reindex table concurrently users", "", off},
    {"detach-partition-not-concurrent", "2:1", "alter table users detach partition users_1",
     "alter table users detach partition users_1 concurrently", "", off},
    {"add-column-volatile-default", "2:39", "alter table users add column x float8 default random()",
     "alter table users add column x timestamptz default now(), add y timestamptz default current_timestamp, "
     "add z int default 1 + 2, add w text default lower('A')"},
    {"add-column-volatile-default", "2:37", "alter table users add column x uuid default public.uuid_generate_v4()",
     "alter table users add column x uuid; alter table users alter x set default gen_random_uuid()"},
    {"add-column-stored-generated", "2:31", "alter table users add column  x int generated always as (age + 1) stored",
     "create table t (a int, b int generated always as (a + 1) stored)"},
    {"add-column-serial", "2:31", "alter table users add column  x bigserial",
     "create table t (id bigserial primary key)"},
    {"add-column-serial", "2:31", "alter table users add column  x bigint generated always as identity",
     "create table t (id bigint generated always as identity)"},
    {"add-column-not-null", "2:30", "alter table users add column x int not null",
     "alter table users add column x int not null default 0, add y int"},
    {"set-not-null", "2:1", "alter table users alter name set not null",
     "create table t (a int); alter table t alter a set not null"},
    {"foreign-key-without-not-valid", "2:24",
     "alter table orders add constraint orders_user_fkey foreign key (user_id) references users (id)",
     "alter table orders add constraint f foreign key (user_id) references users (id) not valid"},
    {"foreign-key-without-not-valid", "2:46",
     "alter table users add column x int default 1 references orders (id); create index concurrently x on users (x)",
     "alter table users add column x int references orders (id); create index concurrently x on users (x)", off, off},
    {"check-without-not-valid", "2:23", "alter table users add constraint c check (age > 0)",
     "alter table users add constraint c check (age > 0) not valid"},
    {"check-without-not-valid", "2:36", "alter table users add column x int check (x > 0)",
     "create table t (a int check (a > 0), check (a < 9))"},
    {"validate-in-same-transaction", "3:1",
     "alter table users add constraint c check (age > 0) not valid;\nalter table users validate constraint c",
     "alter table users add constraint c check (age > 0) not valid; alter table users validate constraint c", "", off},
    {"add-unique-constraint", "2:23", "alter table users add constraint u unique (name)",
     "alter table users add constraint u unique using index users_name"},
    {"add-unique-constraint", "2:37", "alter table users add column x text unique", "create table t (a int unique)"},
    {"add-primary-key", "2:23", "alter table users add primary key (age, name)",
     "alter table users add constraint p primary key using index users_name"},
    {"add-exclusion-constraint", "2:23", "alter table users add exclude using gist (age with =)",
     "create table t (a int, exclude using gist (a with =))"},
    {"change-column-type", "2:37", "alter table users alter age type    bigint",
     "alter table users alter email type varchar(100), alter name type text, alter price type numeric(12, 2)"},
    {"change-column-type", "2:37", "alter table users alter name type   varchar(10)",
     "create table t (a int); alter table t alter a type bigint"},
    {"change-column-type", "2:37", "alter table users alter price type  numeric(12, 4)",
     "alter table users alter email type text"},
    {"table-rewrite", "2:1", "alter table users set unlogged", "create table t (a int); alter table t set logged"},
    {"table-rewrite", "2:1", "cluster users using users_age", "analyze users"},
    {"table-rewrite", "2:1", "vacuum full users", "vacuum (full false, analyze) users", off, off},
    {"table-rewrite", "2:1", "vacuum (verbose, full)", "vacuum", off, off},
    {"lock-table", "2:12", "lock table users", "lock table users in share update exclusive mode"},
    {"lock-table", "2:8", "lock   users, orders in share mode nowait", "create table t (a int); lock t"},
    {"rename-table", "2:1", "alter table users rename to people",
     "create table t (a int); alter table t rename to other; alter table other rename column a to b"},
    {"rename-table", "2:1", "alter table users set schema archive", "alter table users owner to current_user"},
    {"rename-column", "2:1", "alter table users rename column name to full_name",
     "alter table users add column x int; alter table users rename column x to y"},
    {"rename-schema", "2:1", "alter schema reports rename to archive", "create schema archive"},
    {"rename-enum-value", "2:1", "alter type mood rename value 'sad' to 'low'",
     "create type level as enum ('a'); alter type level rename value 'a' to 'b'"},
    {"drop-column", "2:1", "alter table users drop column name",
     "alter table users add column x int; alter table users drop column x"},
    {"drop-table", "2:1", "drop table orders", "create table t (a int); drop table t"},
    {"drop-schema", "2:1", "drop schema reports", "drop view v"},
    {"drop-not-null", "2:1", "alter table users alter id drop not null", "alter table users alter id drop default"},
    {"truncate-cascade", "2:1", "truncate users cascade", "truncate users, orders"},
    {"drop-database", "2:1", "drop database other", "drop view other", off},
    {"enum-value-used-in-transaction", "4:25",
     "alter type mood add value 'angry';\nselect 'sad';\nupdate users set mood = 'angry'::mood where id = 1",
     "alter type mood add value 'angry'"},
    {"enum-value-used-in-transaction", "3:33",
     "alter type mood add value 'angry';\ncreate table t (m mood default  'angry')",
     "create type level as enum ('a'); alter type level add value 'b'; create table t (l level default 'b')"},
    {"syntax-error", "3:4", "alter table users\n   frobnicate", "select 1"},
    {"update-without-batch", "2:8", "update users set name = 'x'", "update users set name = 'x' where id = 3"},
    {"update-without-batch", "2:8", "update users set age = 1 where age is null",
     "update users set age = 1 where id in (select id from users where age is null limit 1000)"},
    {"update-without-batch", "2:13", "delete from users", "create table t (a int); update t set a = 1"},
    {"identifier-too-long", "2:14",
     "create table abcdefghij_abcdefghij_abcdefghij_abcdefghij_abcdefghij_abcdefghij (id bigint)",
     "create table abcdefghij_abcdefghij_abcdefghij_abcdefghij_abcdefghij_abcdefgh (id bigint)"},
    {"duplicate-index", "2:1", "create index concurrently again on users using btree (age)",
     "create index concurrently a on users (age desc); create index concurrently b on users (age) where age > 1; "
     "create index concurrently c on users (age, id); create index concurrently d on users (lower(name))",
     off, off},
    {"duplicate-index", "3:1", "create table t (a int unique);\ncreate index t_a on t (a)",
     "create table t (a int unique, b int); create index t_ab on t (a, b)"},
    {"duplicate-index", "3:1", "create table t (a int unique);\ncreate index t_a on t (a)",
     "create table t (a int unique, b int unique); create index t_a on t (a); create index t_b on t (b); "
     "drop index t_a; alter table t drop constraint t_b_key"},
    {"foreign-key-without-index", "2:50", "create table t (id bigint primary key,  u bigint references users (id))",
     "create table t (id bigint primary key, u bigint references users (id)); create index t_u on t (u, id)"},
    {"foreign-key-without-index", "2:34",
     "create table t (a bigint,        constraint f foreign key (a) references users)",
     "create table t (a bigint primary key references users)"},
    {"if-exists-hides-drift", "2:1", "create table if not exists t (a int)", "create table t (a int)"},
    {"if-exists-hides-drift", "2:1", "alter table users add column if not exists x int",
     "create extension if not exists btree_gist"},
    {"if-exists-hides-drift", "2:1", "drop view if exists v", "drop view v"},
};

class LintExample : public ::testing::TestWithParam<example> {};

TEST_P(LintExample, IsFoundWhereItStands)
{
    const auto& one = GetParam();
    EXPECT_THAT(places(lint_up(one.unsafe, one.unsafe_option)),
                ::testing::Contains(std::string{one.rule} + ' ' + one.place))
        << one.unsafe;
}

TEST_P(LintExample, LeavesTheSafeFormAlone)
{
    const auto& one = GetParam();
    EXPECT_THAT(places(lint_up(one.safe, one.safe_option)), IsEmpty()) << one.safe;
}

INSTANTIATE_TEST_SUITE_P(EachRule, LintExample, ::testing::ValuesIn(examples),
                         [](const ::testing::TestParamInfo<example>& info) {
                             std::string name = info.param.rule;
                             std::ranges::replace(name, '-', '_');
                             return name + '_' + std::to_string(info.index);
                         });

TEST(Lint, EveryRuleHasAnExample)
{
    // These have tests of their own below.
    std::set<std::string_view> tested{"missing-down",     "allowance-without-reason", "allowance-of-unknown-rule",
                                      "allowance-unused", "prefer-timestamptz",       "prefer-text",
                                      "prefer-bigint",    "prefer-identity",          "file-not-loaded"};
    for (const auto& one : examples)
        tested.insert(one.rule);
    for (const auto& rule : lint_rules())
        EXPECT_TRUE(tested.erase(rule.name)) << rule.name;
    EXPECT_THAT(tested, IsEmpty());
}

TEST(Lint, AProvenCheckMakesSetNotNullSafe)
{
    std::vector<migration> all;
    all.push_back(sql("001_existing", existing));
    all.push_back(sql("002_promise", "alter table users add constraint c check (name is not null) not valid"));
    all.push_back(sql("003_keep", "alter table users validate constraint c; alter table users alter name set not null;"
                                  "alter table users drop constraint c"));
    EXPECT_THAT(places(lint_last(std::move(all))), IsEmpty());
}

TEST(Lint, ATableIsNewForTheMigrationsThatRunTogetherWithItsOwn)
{
    const auto all = [] {
        registry known;
        known.add(sql("001_existing", existing));
        known.add(sql("002_new", "create table t (a int)"));
        known.add(sql("003_index", "create index t_a on t (a)"));
        return known;
    }();
    EXPECT_THAT(places(lint(all)), ElementsAre("index-not-concurrent 2:1"));
    EXPECT_THAT(places(lint(all, {.only = {"002_new", "003_index"}, .together = true})), IsEmpty());
    EXPECT_THAT(places(lint(all, {.only = {"003_index"}, .together = true})), ElementsAre("index-not-concurrent 2:1"));
}

TEST(Lint, StatisticsDecideWhetherAnUpdateIsLarge)
{
    const std::string update = "update users set name = 'x'";
    EXPECT_EQ(lint_up(update).at(0).severity, lint_severity::warning);
    EXPECT_THAT(lint_up(update, "", {.rows = {{"users", 100'000}}}), IsEmpty());
    const auto large = lint_up(update, "", {.rows = {{"users", 100'001}}});
    ASSERT_EQ(large.size(), 1U);
    EXPECT_EQ(large[0].severity, lint_severity::error);
    EXPECT_THAT(large[0].message, HasSubstr("about 100001"));
}

TEST(Lint, StyleIsToldOnlyWhenAskedFor)
{
    const std::string up = "create table t (\n  id serial primary key,\n  made_at timestamp,\n  name varchar(10),\n  "
                           "size int,\n  user_id int\n)";
    EXPECT_THAT(lint_up(up), IsEmpty());
    EXPECT_THAT(places(lint_up(up, "", {.style = true})),
                ElementsAre("prefer-bigint 3:6", "prefer-identity 3:6", "prefer-timestamptz 4:11", "prefer-text 5:8",
                            "prefer-bigint 7:11"));
}

TEST(Lint, AMissingWayDownIsAWarningAndAnErrorWhenStrict)
{
    const auto lint_it = [](bool strict) {
        std::vector<migration> all;
        all.push_back(sql("001_gone", "create table t (a int)", "", "", ""));
        return lint_last(std::move(all), {.strict = strict});
    };
    EXPECT_THAT(places(lint_it(false)), ElementsAre("missing-down 0:0"));
    EXPECT_EQ(lint_it(false)[0].severity, lint_severity::warning);
    EXPECT_EQ(lint_it(true)[0].severity, lint_severity::error);
}

TEST(Lint, ACommentWithAReasonAllowsTheStatementItStandsAt)
{
    const auto found = lint_up("-- lint:allow drop-table: nobody has used it since 4.2\n"
                               "drop table users;\n"
                               "drop table orders; -- lint:allow drop-table: moved away\n"
                               "drop table old;\n"
                               "drop table\n"
                               "  -- lint:allow drop-table: inside\n"
                               "  older");
    ASSERT_EQ(found.size(), 4U);
    EXPECT_EQ(found[0].allowed, "nobody has used it since 4.2");
    EXPECT_EQ(found[1].allowed, "moved away");
    EXPECT_EQ(found[2].allowed, "");
    EXPECT_EQ(found[2].line, 5);
    EXPECT_EQ(found[3].allowed, "inside");
}

TEST(Lint, ACommentAboveTheWayUpAllowsForTheWholeFile)
{
    std::vector<migration> all;
    all.push_back(sql("002_drop", "drop table a;\nalter table b drop column c", "",
                      "-- lint:allow drop-table, drop-column: the feature is gone\n"));
    const auto found = lint_last(std::move(all));
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].allowed, "the feature is gone");
    EXPECT_EQ(found[1].allowed, "the feature is gone");
    EXPECT_EQ(found[1].line, 4);
}

TEST(Lint, ACommentWithoutReasonOrRuleIsAFindingItself)
{
    EXPECT_THAT(places(lint_up("-- lint:allow drop-table\ndrop table users")),
                ElementsAre("allowance-without-reason 2:1", "drop-table 3:1"));
    const auto unknown = lint_up("-- lint:allow drop-tabel: gone\ndrop table users");
    EXPECT_THAT(places(unknown), ElementsAre("allowance-of-unknown-rule 2:1", "drop-table 3:1"));
    EXPECT_EQ(unknown[0].message, "there is no rule \"drop-tabel\"; did you mean drop-table?");
    EXPECT_THAT(places(lint_up("-- lint:allow drop-table: gone\nselect 1")), ElementsAre("allowance-unused 2:1"));
}

void drop_name(schema_builder& schema)
{
    schema.alter_table("users", [](table& t) { t.drop_column("name"); });
}

TEST(Lint, CodeMigrationsAreFoundAtTheirSourceLineAndAllowedInTheirLastArguments)
{
    std::vector<migration> all;
    all.push_back(describe_migration("migrations/002_drop.cpp", drop_name, drop_name));
    const auto found = lint_last(std::move(all));
    ASSERT_THAT(places(found), ElementsAre("drop-column " + std::to_string(__LINE__ - 8) + ":0"));
    EXPECT_THAT(to_string(found[0]), ::testing::StartsWith("migrations/002_drop.cpp:"));

    all.clear();
    all.push_back(describe_migration("migrations/002_drop.cpp", drop_name, drop_name,
                                     lint_allow{"drop-column", "unread since 4.2"}));
    const auto allowed = lint_last(std::move(all));
    ASSERT_EQ(allowed.size(), 1U);
    EXPECT_EQ(allowed[0].allowed, "unread since 4.2");
}

TEST(Lint, AFindingReadsAsPlaceMessageRuleAndSafeForm)
{
    EXPECT_EQ(
        to_string(lint_up("drop index users_age").at(0)),
        "migrations/002_checked.sql:2:1: error: DROP INDEX locks users against reads and writes, behind the longest "
        "query that runs [drop-index-not-concurrent]\n"
        "  safe: DROP INDEX CONCURRENTLY in a migration of its own with \"-- migrate:up transaction:off\"");
}

TEST(Lint, UnsafeFindingsAreRefusedUnlessTheirRuleIsAllowed)
{
    const auto found = lint_up("drop table users;\nalter table orders drop column note;\ndelete from orders");
    try {
        refuse_unsafe(found, {"drop-table"});
        FAIL() << "not refused";
    } catch (const migrate_error& refused) {
        EXPECT_EQ(refused.code(), exit_code::lint);
        EXPECT_THAT(refused.message(), HasSubstr("1 of the pending statements is not safe"));
        EXPECT_THAT(refused.message(), HasSubstr("002_checked.sql:3:1: error:"));
        EXPECT_THAT(refused.message(), ::testing::Not(HasSubstr("[drop-table]")));
    }
    EXPECT_NO_THROW(refuse_unsafe(found, {"drop-table", "drop-column"})) << "warnings are not refused";
    EXPECT_THROW(refuse_unsafe(found, {"drop-tables"}), error);
}

TEST(Lint, DeepNestingEndsWithAFindingNotACrash)
{
    std::string deep = "select ";
    for (int i = 0; i < 3000; ++i)
        deep += "abs(";
    deep += "1" + std::string(3000, ')');
    EXPECT_THAT(places(lint_up(deep)), ElementsAre("syntax-error 2:1"));
}

} // namespace
} // namespace lightdash::migrate
