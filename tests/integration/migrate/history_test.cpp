// What the history says, in tables of this program and of older ones; and the lock, in both kinds.
#include "integration/migrate/migrating.hpp"
#include "lightdash/migrate/repair.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

namespace lightdash::migrate {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;

class History : public migrating_test {
protected:
    std::vector<repair_action> planned(const registry& known)
    {
        migrator worker{here.database, here.clocks, known, {}};
        return plan_repair(known, here.run(worker.history(deadline::after(10s))));
    }
    void repaired(const registry& known)
    {
        here.run(repair(here.database, here.clocks, known, planned(known), lock_kind::advisory, deadline::after(10s)));
    }

    const registry two = known_as(
        {made("1_a", "create table a ();", "drop table a;"), made("2_b", "create table b ();", "drop table b;")});
};

TEST_F(History, SaysWhoAppliedWhatFromWhereWithWhichProgram)
{
    here.up(two);
    const auto row = here.status(two)[0];
    EXPECT_EQ(row.applied_by, db.value("select session_user"));
    EXPECT_THAT(row.applied_from, MatchesRegex("lightdash-backend on .+ \\(process [0-9]+\\)"));
    EXPECT_EQ(row.version, "1.2.3");
    EXPECT_EQ(db.value("select max(applied_at) > now() - interval '1 minute' and max(applied_at) <= clock_timestamp() "
                       "from lightdash_migrations"),
              "t");
}

TEST_F(History, OfAnOlderProgramIsReadAsItIsAndUpgradedInPlace)
{
    const auto& first = two.all().front();
    db.execute(
        "create table a (); create table lightdash_migrations (id bigint generated always as identity primary key, "
        "name text not null unique, batch bigint not null, checksum text not null, applied_at timestamptz not null "
        "default clock_timestamp(), duration_ms bigint not null, version text not null); "
        "insert into lightdash_migrations (name, batch, checksum, duration_ms, version) values ('1_a', 1, '" +
        first.checksum + "', 3, '0.0.1')");
    const auto rows = here.status(two);
    EXPECT_EQ(rows[0].state, migration_state::applied);
    EXPECT_EQ(rows[0].applied_by, "unknown");
    EXPECT_EQ(db.value("select count(*) from pg_attribute where attrelid = 'lightdash_migrations'::regclass and attnum "
                       "> 0"),
              "7"); // only read so far
    EXPECT_EQ(here.up(two), 1U);
    EXPECT_EQ(db.value("select applied_by from lightdash_migrations where name = '2_b'"),
              db.value("select session_user"));
    EXPECT_EQ(here.down(two, 2), 2U);
}

TEST_F(History, IsRepairedAfterAnEditARenameAndARemoval)
{
    here.up(known_as({made("1_a", "create table a ();"), made("2_b", "create table b ();"),
                      made("3_c", "create table c ();"), made("4_d", "create table d ();")}));
    const auto now = known_as({made("1_a", "create table a (edited int);"), made("2_renamed", "create table b ();"),
                               made("4_d", "create table d ();")});
    const auto plan = planned(now);
    ASSERT_EQ(plan.size(), 3U);
    EXPECT_EQ(plan[0].text(), "1_a: accept the edited file (what it did before stays as it is)");
    EXPECT_EQ(plan[1].text(), "2_b: is called 2_renamed from now on");
    EXPECT_EQ(plan[2].text(), "3_c: forget that it was applied (what it did stays as it is)");
    repaired(now);
    EXPECT_THAT(history(), ElementsAre("1_a", "2_renamed", "4_d"));
    EXPECT_EQ(here.up(now), 0U);
    EXPECT_THAT(planned(now), ::testing::IsEmpty());
    EXPECT_EQ(db.value("select to_regclass('c') is not null"), "t");
}

TEST_F(History, IsNotRepairedOnceItIsAnotherThanWasLookedAt)
{
    here.up(two);
    const auto edited = known_as({made("1_a", "create table a (x int);"), made("2_b", "create table b ();")});
    const auto plan = planned(edited);
    db.execute("delete from lightdash_migrations where name = '1_a'");
    try {
        here.run(repair(here.database, here.clocks, edited, plan, lock_kind::advisory, deadline::after(10s)));
        FAIL();
    } catch (const migrate_error& failure) {
        EXPECT_EQ(failure.code(), exit_code::history);
    }
}

TEST_F(History, TakesABaselineWithoutRunningAnything)
{
    migrator worker{here.database, here.clocks, two, {}};
    EXPECT_THAT(here.run(worker.baseline({.to = "1_a"}, deadline::after(10s))), ElementsAre("1_a"));
    EXPECT_EQ(db.value("select to_regclass('a') is null"), "t");
    EXPECT_EQ(here.up(two), 1U);
    EXPECT_EQ(db.value("select to_regclass('b') is not null"), "t");
    EXPECT_THAT(here.run(worker.baseline({}, deadline::after(10s))), ::testing::IsEmpty());
}

TEST_F(History, LockOfATableRowExcludesAndEndsWithItsOwner)
{
    here.up(known_as({made("1_a", "create table a ();", "drop table a;")}), {.lock = lock_kind::table});
    auto other = db.plain();
    other.execute("begin; select * from lightdash_migrations_lock for update");
    std::vector<std::string> notes;
    try {
        here.up(two, {.lock_wait = 300ms,
                      .on_note = [&](const std::string& text) { notes.push_back(text); },
                      .lock = lock_kind::table});
        FAIL();
    } catch (const migrate_error& failure) {
        EXPECT_EQ(failure.code(), exit_code::locked);
        EXPECT_THAT(failure.message(), HasSubstr("pid " + std::to_string(other.backend_pid())));
    }
    EXPECT_THAT(notes, Contains(HasSubstr("Waiting for another migrator: pid")));
    const auto holder = here.run(holder_of_lock(here.database, lock_kind::table, deadline::after(5s)));
    ASSERT_TRUE(holder);
    EXPECT_EQ(holder->pid, other.backend_pid());
    db.execute("select pg_terminate_backend(" + std::to_string(other.backend_pid()) + ")");
    EXPECT_EQ(here.up(two, {.lock = lock_kind::table}), 1U);
    EXPECT_FALSE(here.run(holder_of_lock(here.database, lock_kind::table, deadline::after(5s))));
}

TEST_F(History, LockSaysWhoHasIt)
{
    EXPECT_FALSE(here.run(holder_of_lock(here.database, lock_kind::advisory, deadline::after(5s))));
    auto other = db.plain();
    other.execute("set application_name = 'deployer 7'; begin; select pg_advisory_xact_lock(7811888726977831283)");
    const auto holder = here.run(holder_of_lock(here.database, lock_kind::advisory, deadline::after(5s)));
    ASSERT_TRUE(holder);
    EXPECT_EQ(holder->pid, other.backend_pid());
    EXPECT_EQ(holder->application, "deployer 7");
    EXPECT_THAT(holder->text(), MatchesRegex("pid [0-9]+ \\(deployer 7, user .+, local\\), since 20.* UTC"));
}

TEST_F(History, GoalsStopWhereTheyShould)
{
    const auto four = known_as(
        {made("1_a", "create table a ();", "drop table a;"), made("2_b", "create table b ();", "drop table b;"),
         made("3_c", "create table c ();", "drop table c;"), made("4_d", "create table d ();", "drop table d;")});
    EXPECT_EQ(up(four, {.to = "2_b"}), 2U);
    EXPECT_EQ(up(four, {.to = "1_a"}), 0U);
    EXPECT_EQ(up(four, {.steps = 1}), 1U);
    EXPECT_EQ(up(four, {}), 1U);
    EXPECT_THAT(db.column("select batch from lightdash_migrations order by id"), ElementsAre("1", "1", "2", "3"));
    EXPECT_EQ(down(four, {.batch = true}), 1U);
    EXPECT_EQ(down(four, {.to = "1_a"}), 2U);
    EXPECT_EQ(down(four, {.to = "1_a"}), 0U);
    EXPECT_THROW(down(four, {.to = "4_d"}), migrate_error);
    EXPECT_EQ(down(four, {.steps = all_of_them}), 1U);
}

TEST_F(History, OneTransactionIsAllOrNothing)
{
    const auto bad = known_as({made("1_a", "create table a ();"), made("2_b", "create table b (x nonsense);")});
    EXPECT_THROW(up(bad, {.one_transaction = true}), migrate_error);
    EXPECT_EQ(db.value("select to_regclass('a') is null and to_regclass('lightdash_migrations') is null"), "t");
    EXPECT_EQ(up(two, {.one_transaction = true}), 2U);
}

TEST_F(History, AFailureSaysHowFarItCame)
{
    const auto bad = known_as({made("1_a", "create table a ();"), made("2_b", "create table b (x nonsense);"),
                               made("3_c", "create table c ();"), made("4_d", "create table d ();")});
    try {
        here.up(bad);
        FAIL();
    } catch (const migrate_error& failure) {
        EXPECT_THAT(failure.message(),
                    HasSubstr("\n1 migration applied before it stays applied; 2 after it were not tried."));
        EXPECT_THAT(failure.message(), HasSubstr("migrations/2_b.sql:2: create table b (x nonsense)\n"
                                                 "                                        ^"));
    }
}

} // namespace
} // namespace lightdash::migrate
