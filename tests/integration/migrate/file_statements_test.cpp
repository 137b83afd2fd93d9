// Statements of files as psql would run them: no names, no transaction where there is none, and what the server says
// reaches the person.
#include "integration/migrate/migrating.hpp"
#include "lightdash/migrate/seed_file.hpp"
#include "support/private_cluster.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lightdash::migrate {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* off = " transaction:off";

class FileStatements : public migrating_test {
protected:
    std::string failure(const std::string& up, const char* option = "")
    {
        return failure_up(known_as({made("1_a", up, "select 1", option)})).message();
    }
    migrator_options telling()
    {
        migrator_options options;
        options.on_note = [this](const std::string& text) { told.push_back(text); };
        return options;
    }

    std::vector<std::string> told;
    std::vector<migration> all;
};

TEST_F(FileStatements, ThatSelectTheSameFromAChangedTableAreNotTakenForACachedPlan)
{
    const std::string twice = "create table t (a int);\nselect * from t;\nalter table t add b int;\nselect * from t;";
    here.up(known_as({made("1_a", twice)}));
    here.up(known_as({made("1_a", twice), made("2_b", "drop table t;\n" + twice, "select 1", off)}));
    const std::vector<seed_file> seeds{
        parse_seed_file("seeds/1_a.sql", "select * from t; alter table t add c int; select * from t")};
    here.run(run_seeds(here.database, seeds, "test", {}, {}, deadline::after(20s)));
    EXPECT_THAT(history(), ElementsAre("1_a", "2_b"));
}

TEST_F(FileStatements, MayForgetEveryPreparedStatement)
{
    for (const auto* one : {"deallocate all", "prepare p as select 1;\nexecute p;\ndeallocate p;",
                            "do $$ begin execute 'deallocate all'; end $$"}) {
        const auto number = std::to_string(all.size() + 1);
        all.push_back(made(number + "_in", std::string{"select 1;\n"} + one + ";\nselect 1;\nselect 2;"));
        here.up(known_as(all));
    }
    for (const auto* one :
         {"deallocate all", "discard all", "discard plans", "do $$ begin execute 'deallocate all'; end $$"}) {
        const auto number = std::to_string(all.size() + 1);
        all.push_back(
            made(number + "_off", std::string{"select 1;\n"} + one + ";\nselect 1;\nselect 2;", "select 1", off));
        here.up(known_as(all));
    }
    EXPECT_EQ(history().size(), 7U);
}

TEST_F(FileStatements, WithoutATransactionMayEndTheirOwn)
{
    here.up(known_as({made("1_a",
                           "create table t (a int);\n"
                           "create procedure p() language plpgsql as $$ begin insert into t values (1); commit;\n"
                           "insert into t values (2); rollback; end $$;\n"
                           "call p();\n"
                           "do $$ begin insert into t values (3); commit; insert into t values (4); end $$;\n"
                           "do $$ begin call p(); end $$;\n"
                           "create table part (a int) partition by range (a);\n"
                           "create table part_1 partition of part for values from (0) to (9);\n"
                           "create index part_a on part (a);\n"
                           "reindex table part;\nreindex index part_a;\nreindex table t;\n"
                           "select count(*) from t;\n"
                           "select pg_create_physical_replication_slot('of_a_file', true, true);",
                           "select 1", off)}));
    EXPECT_EQ(db.value("select string_agg(a::text, ' ' order by a) from t"), "1 1 3 4");
    EXPECT_THAT(history(), ElementsAre("1_a"));
}

TEST_F(FileStatements, MaySelectTypesThatHaveNoBinaryForm)
{
    const std::string select = "select relacl from pg_class;\nselect '{=r/postgres}'::aclitem[], 1.5::float8;";
    here.up(known_as({made("1_in", select, select), made("2_off", select, select, off)}));
    here.down(known_as({made("1_in", select, select), made("2_off", select, select, off)}), 2);
    const std::vector<seed_file> seeds{parse_seed_file("seeds/1_a.sql", select)};
    EXPECT_EQ(here.run(run_seeds(here.database, seeds, "test", {}, {}, deadline::after(20s))), 1U);
}

TEST_F(FileStatements, WithoutATransactionMayMakeLogicalSlots)
{
    const lightdash::testing::private_cluster logical{
        {.configuration = "wal_level = logical\nmax_replication_slots = 4"}};
    migrating there{pg::connection_options{.conninfo = secret{logical.conninfo()}}};
    const std::string slots = "create table t ();\n"
                              "select * from pg_create_logical_replication_slot('of_a_file', 'pgoutput');\n"
                              "select pg_copy_logical_replication_slot('of_a_file', 'its_copy');";
    const std::string gone = "select pg_drop_replication_slot('its_copy');\n"
                             "select pg_drop_replication_slot('of_a_file');\ndrop table t;";
    const auto inside = failure_of([&] { there.up(known_as({made("1_a", slots, gone)})); });
    EXPECT_THAT(inside.message(), HasSubstr("migrations/1_a.sql:3: select * from pg_create_logical_replication_slot"));
    const auto known = known_as({made("1_a", slots, gone, off)});
    EXPECT_EQ(there.up(known), 1U);
    const std::string count = "select count(*) from pg_replication_slots where slot_type = 'logical'";
    EXPECT_EQ(logical.plain().value(count), "2");
    EXPECT_EQ(there.down(known), 1U);
    EXPECT_EQ(logical.plain().value(count), "0");
}

TEST_F(FileStatements, ThatStandAloneWaitForALockNoLongerThanOthers)
{
    db.execute("create table t (a int primary key)");
    lightdash::testing::plain_connection reader{db.conninfo()};
    reader.execute("begin; lock table t in access exclusive mode");
    migrator_options options;
    options.lock_timeout = 200ms;
    const auto refused = failure_up(known_as({made("1_a", "reindex table t", "select 1", off)}), options);
    EXPECT_EQ(refused.code(), exit_code::locked) << refused.message();
    reader.execute("rollback");
    here.up(known_as({made("1_a", "reindex table t", "select 1", off)}));
}

TEST_F(FileStatements, TellNoticesAndWarningsWithTheirPlace)
{
    here.up(known_as({made("1_a", "create table t (a int);\ncreate table if not exists t (a int);\n"
                                  "do $$ begin raise warning 'mind the gap' using hint = 'jump'; end $$")}),
            telling());
    EXPECT_THAT(told, ElementsAre("migrations/1_a.sql:3: NOTICE: relation \"t\" already exists, skipping",
                                  "migrations/1_a.sql:4: WARNING: mind the gap. jump"));
    told.clear();
    here.up(known_as({made("1_a", "create table t (a int);\ncreate table if not exists t (a int);\n"
                                  "do $$ begin raise warning 'mind the gap' using hint = 'jump'; end $$"),
                      made("2_b", "drop table if exists no_such_table", "select 1", off)}),
            telling());
    EXPECT_THAT(told, ElementsAre("migrations/2_b.sql:2: NOTICE: table \"no_such_table\" does not exist, skipping"));
    told.clear();
    const std::vector<seed_file> seeds{parse_seed_file("seeds/1_a.sql", "\ndrop view if exists v")};
    here.run(run_seeds(
        here.database, seeds, "test", {}, [this](const std::string& text) { told.push_back(text); },
        deadline::after(20s)));
    EXPECT_THAT(told, ElementsAre("seeds/1_a.sql:2: NOTICE: view \"v\" does not exist, skipping"));
}

TEST_F(FileStatements, AFaultInsideADoBlockIsToldAtItsOwnLine)
{
    EXPECT_THAT(failure("do $$\nbegin\n  perform 1;\n  insert into nope values (1);\nend $$"),
                HasSubstr("migrations/1_a.sql:5:   insert into nope values (1);\n"
                          "                                    ^"));
    EXPECT_THAT(failure("do $$\nbegin\n  raise exception 'no';\nend $$"),
                HasSubstr("migrations/1_a.sql:4:   raise exception 'no';"));
    EXPECT_THAT(failure("do $$ begin\n  execute 'select * from '\n    || 'nope';\nend $$", off),
                HasSubstr("migrations/1_a.sql:3:   execute 'select * from '"));
    EXPECT_THAT(failure("do $$\nbegin\n  if x then\n end $$"), HasSubstr("migrations/1_a.sql:5:"));
    EXPECT_THAT(failure("do $$\nbegin\n  execute 'do $x$ begin raise exception ''no''; end $x$';\nend $$"),
                HasSubstr("migrations/1_a.sql:4:   execute 'do $x$ begin"));
}

TEST_F(FileStatements, AFaultInsideAFunctionOfTheFileIsToldAtItsOwnLine)
{
    EXPECT_THAT(
        failure("create function app_f(a int) returns int language plpgsql as $body$\nbegin\n\n  return a / 0;\n"
                "end $body$;\nselect 1;\nselect app_f(1)"),
        HasSubstr("migrations/1_a.sql:5:   return a / 0;"));
    EXPECT_THAT(failure("create function g() returns int language plpgsql as '\nbegin\n  return nope;\nend';\n"
                        "do $$\nbegin\n  perform g();\nend $$"),
                HasSubstr("migrations/1_a.sql:4:   return nope;\n"));
    EXPECT_THAT(failure("create function h() returns int language sql as $$\n\nselect nope\n$$"),
                HasSubstr("migrations/1_a.sql:4: select nope\n"));
    db.execute("create function elsewhere() returns int language plpgsql as $$ begin return 1 / 0; end $$");
    const auto outside = failure("select 1;\nselect elsewhere()");
    EXPECT_THAT(outside, HasSubstr("migrations/1_a.sql:3: select elsewhere()\nin: SQL expression \"1 / 0\"\n    "
                                   "PL/pgSQL function elsewhere() line 1"));
}

TEST_F(FileStatements, KeepCarriageReturnsOfTheirTexts)
{
    here.up(known_as({made("1_a", "create table t as\r\nselect 'a\r\nb' as x, E'c'\r\n'\\td' as y")}));
    EXPECT_EQ(db.value("select x = E'a\\r\\nb' and y = E'c\\td' from t"), "t");
}

} // namespace
} // namespace lightdash::migrate
