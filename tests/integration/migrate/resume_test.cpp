// A migration without a transaction that stopped half way: where it goes on, and with what its session had set.
#include "integration/migrate/migrating.hpp"
#include "lightdash/migrate/repair.hpp"
#include "support/eventually.hpp"

#include <gmock/gmock.h>

namespace lightdash::migrate {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Resume : public migrating_test {
protected:
    static registry file(const std::string& up, const std::string& down = "")
    {
        return known_as({made("1_a", up, down, " transaction:off")});
    }
    std::vector<std::string> repaired(const registry& known)
    {
        const auto actions = planned(known);
        here.run(repair(here.database, here.clocks, known, actions, lock_kind::advisory,
                        deadline::after(std::chrono::seconds{20})));
        std::vector<std::string> said;
        for (const auto& action : actions)
            said.push_back(action.text());
        return said;
    }
    std::vector<repair_action> planned(const registry& known)
    {
        migrator worker{here.database, here.clocks, known, {}};
        return plan_repair(known, here.run(worker.history(deadline::after(std::chrono::seconds{20}))));
    }
    std::string state() const
    {
        return db.value("select state || ' ' || steps || ' ' || cardinality(statements) from "
                        "public.lightdash_migrations");
    }
};

TEST_F(Resume, GoesOnWithWhatWasNotDoneWhenADoneStatementWasTakenOut)
{
    failure_up(file("create table a ();\ncreate table b (x nonsense);\ncreate table c ();"));
    EXPECT_EQ(state(), "applying 1 3");
    const auto mended = file("create table b (x int);\ncreate table c ();");
    EXPECT_EQ(failure_up(mended).code(), exit_code::history);
    EXPECT_THAT(repaired(mended), ElementsAre(HasSubstr("2 of its 2 statements, the first on line 2: create table b")));
    EXPECT_THAT(here.status(mended)[0].detail, HasSubstr("after 1 of 3 statements"));
    EXPECT_EQ(here.up(mended), 1U);
    EXPECT_TRUE(there("a") && there("b") && there("c"));
    EXPECT_EQ(state(), "applied 0 0");
}

TEST_F(Resume, RunsAStatementThatWasPutBeforeThoseThatAreDone)
{
    failure_up(file("create table a ();\ncreate table b (x nonsense);"));
    const auto mended = file("create table z ();\ncreate table a ();\ncreate table b ();");
    repaired(mended);
    EXPECT_EQ(here.up(mended), 1U);
    EXPECT_TRUE(there("z") && there("a") && there("b"));
}

TEST_F(Resume, RunsATextThatStandsTwiceAsOftenAsItStands)
{
    db.execute("create table n (x int)");
    failure_up(file("insert into n values (1);\ninsert into n values (1);\nnonsense;\ninsert into n values (1);"));
    const auto mended = file("insert into n values (1);\ninsert into n values (1);\ninsert into n values (1);");
    repaired(mended);
    EXPECT_EQ(here.up(mended), 1U);
    EXPECT_EQ(db.value("select count(*) from n"), "3");
}

TEST_F(Resume, GoesOnAfterASecondEditAndASecondFailure)
{
    failure_up(file("create table a ();\nnonsense;\ncreate table c ();"));
    const auto second = file("create table b ();\nmore nonsense;\ncreate table c ();");
    repaired(second);
    failure_up(second);
    EXPECT_EQ(state(), "applying 2 4");
    const auto third = file("create table c ();");
    repaired(third);
    EXPECT_EQ(here.up(third), 1U);
    EXPECT_TRUE(there("a") && there("b") && there("c"));
}

TEST_F(Resume, FinishesWhenNothingIsLeftOfTheFile)
{
    failure_up(file("create table a ();\nnonsense;"));
    const auto mended = file("create table a ();");
    EXPECT_THAT(repaired(mended), ElementsAre(HasSubstr("nothing of it is left to run")));
    EXPECT_EQ(here.up(mended), 1U);
    EXPECT_EQ(state(), "applied 0 0");
}

TEST_F(Resume, OfARevertGoesByItsTextsToo)
{
    here.up(file("create table a ();\ncreate table b ();", "drop table b;\ndrop table a;"));
    const auto wrong = file("create table a ();\ncreate table b ();", "drop table b;\ndrop table nowhere;");
    repaired(wrong);
    EXPECT_EQ(failure_of([&] { here.down(wrong); }).code(), exit_code::failed);
    EXPECT_EQ(state(), "reverting 1 2");
    const auto mended = file("create table a ();\ncreate table b ();", "drop table a;");
    repaired(mended);
    EXPECT_EQ(here.down(mended), 1U);
    EXPECT_FALSE(there("a") || there("b"));
    EXPECT_THAT(history(), IsEmpty());
}

// It counted its statements and did not say which.
TEST_F(Resume, OfAnOlderProgramNeedsTheFileAsItWas)
{
    const auto was = file("create table a ();\ncreate table b (x nonsense);");
    failure_up(was);
    db.execute("alter table lightdash_migrations drop column statements");
    const auto mended = file("create table b (x int);");
    EXPECT_THAT(planned(mended), IsEmpty());
    EXPECT_THAT(failure_up(mended).message(), HasSubstr("restore the file and let 'migrate' finish it"));
    db.execute("create domain nonsense as int");
    EXPECT_EQ(here.up(was), 1U);
    EXPECT_TRUE(there("a") && there("b"));
}

TEST_F(Resume, SetsAgainWhatTheFileHasSet)
{
    db.execute("create schema app");
    const auto known = file("set search_path = app;\nselect set_config('lightdash.word', 'said', false);\n"
                            "create table a (x int);\ninsert into a values (1 / (select count(*) from public.gate));\n"
                            "create table word as select current_setting('lightdash.word') as it;");
    db.execute("create table gate ()");
    EXPECT_EQ(failure_up(known).sqlstate(), "22012");
    EXPECT_EQ(state(), "applying 3 5");
    db.execute("insert into gate default values");
    EXPECT_EQ(here.up(known), 1U);
    EXPECT_EQ(db.value("select it from app.word"), "said");
    EXPECT_EQ(db.value("select count(*) from pg_class where relnamespace = 'public'::regnamespace and relname in "
                       "('a', 'word', 'lightdash_migrations')"),
              "1");
}

TEST_F(Resume, PreparesListensAndLocksAgain)
{
    const auto known = file("prepare words as select 'said' as it;\nlisten news;\nselect pg_advisory_lock(4711);\n"
                            "create table a as select 1 / (select count(*) from public.gate) as x;\n"
                            "create table word as execute words;\n"
                            "create table held as select count(*) from pg_locks where pid = pg_backend_pid() and "
                            "locktype = 'advisory' and objid = 4711;");
    db.execute("create table gate ()");
    EXPECT_EQ(failure_up(known).sqlstate(), "22012");
    db.execute("insert into gate default values");
    EXPECT_EQ(here.up(known), 1U);
    EXPECT_EQ(db.value("select it from word"), "said");
    EXPECT_EQ(db.value("select count from held"), "1");
}

TEST_F(Resume, DoesNotGoOnWithoutASettingThatCannotBeSaidAgain)
{
    db.execute("create schema app; create table gate ()");
    const std::string rest = "create table a as select 1 / (select count(*) from public.gate) as x;";
    const auto known = file("do $$ begin create table once (); perform set_config('search_path', 'app, public', "
                            "false); end $$;\n" +
                            rest);
    EXPECT_EQ(failure_up(known).sqlstate(), "22012");
    db.execute("insert into gate default values");
    const auto refused = failure_up(known);
    EXPECT_EQ(refused.code(), exit_code::half_done);
    EXPECT_THAT(refused.message(), HasSubstr("migrations/1_a.sql:2 calls set_config(), which ended with the session"));
    EXPECT_EQ(state(), "applying 1 2");
    const auto mended = file("set search_path = app, public;\n" + rest);
    repaired(mended);
    EXPECT_EQ(here.up(mended), 1U);
    EXPECT_EQ(db.value("select to_regclass('app.a') is not null and to_regclass('public.once') is not null"), "t");
}

TEST_F(Resume, TellsOfATemporaryTableThatIsGone)
{
    db.execute("create table gate ()");
    const auto known = file("create temp table few as select 1 as x;\ncreate table kept as select * from few;\n"
                            "drop table few;\ncreate table a as select 1 / (select count(*) from gate) as x;");
    EXPECT_EQ(failure_up(known).sqlstate(), "22012");
    db.execute("insert into gate default values");
    std::vector<std::string> told;
    migrator_options options;
    options.on_note = [&](const std::string& text) { told.push_back(text); };
    EXPECT_EQ(here.up(known, options), 1U);
    EXPECT_THAT(told,
                ::testing::Contains(HasSubstr("1_a.sql:2 makes a temporary table, view or sequence, which ended")));
    EXPECT_EQ(db.value("select x from kept"), "1");
}

TEST_F(Resume, TheHistoryIsWrittenByTheRoleThatConnectedWhateverTheFileSets)
{
    const auto role = "owner_" + db.name().substr(db.name().rfind('_') + 1);
    db.execute("create role " + role + "; create schema app authorization " + role);
    const auto known =
        known_as({made("1_a",
                       "set search_path = app;\nset role " + role + ";\ncreate table a (x int);\nvacuum a;\n" +
                           "set default_transaction_read_only = on;\nselect 1;",
                       "set role " + role + ";\ndrop table app.a;", " transaction:off")});
    EXPECT_EQ(here.up(known), 1U);
    EXPECT_EQ(state(), "applied 0 0");
    EXPECT_EQ(db.value("select tableowner from pg_tables where schemaname = 'app' and tablename = 'a'"), role);
    EXPECT_EQ(here.down(known), 1U);

    const auto as_user =
        known_as({made("1_a", "set session authorization " + role + ";\ncreate table app.a (x int);\nvacuum app.a;", "",
                       " transaction:off")});
    EXPECT_EQ(here.up(as_user), 1U);
    EXPECT_EQ(db.value("select tableowner from pg_tables where schemaname = 'app' and tablename = 'a'"), role);
    EXPECT_EQ(db.value("select applied_by = session_user from lightdash_migrations"), "t");
    db.execute("drop owned by " + role + "; drop role " + role);
}

TEST_F(Resume, AStatementIsNotCommittedWhenAnotherMigratorWentOnMeanwhile)
{
    db.execute("create table n (x int)");
    const auto known = file("insert into n values (1);\ninsert into n select 2 from pg_sleep(1);");
    std::thread other([&] {
        auto beside = db.plain();
        EXPECT_TRUE(testing::eventually(10s, [&] {
            return beside.value("select count(*) from pg_stat_activity where state = 'active' and query like "
                                "'insert into n select 2%' and datname = current_database()") != "0";
        })) << "the second statement never ran";
        beside.execute("insert into n values (2); update lightdash_migrations set steps = 2");
    });
    EXPECT_EQ(here.up(known), 1U);
    other.join();
    EXPECT_THAT(db.column("select x from n order by 1"), ElementsAre("1", "2"));
}

} // namespace
} // namespace lightdash::migrate
