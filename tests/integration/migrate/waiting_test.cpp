// How a migration waits for a table that others use: they hardly notice.
#include "integration/migrate/migrating.hpp"
#include "support/private_cluster.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <thread>

namespace lightdash::migrate {
namespace {

using ::testing::HasSubstr;
using clock = std::chrono::steady_clock;

class WaitingForATable : public migrating_test {
protected:
    void SetUp() override
    {
        db.execute("create table busy (x int); create table free (x int)");
        report.execute("set application_name = 'the report'; begin; select * from busy");
        std::this_thread::sleep_for(600ms); // no young transaction any more
    }

    // The longest that somebody waited for `query`, asked again and again while the migration waits for the report.
    std::chrono::milliseconds longest_while_waiting(const registry& known, const std::string& query)
    {
        std::atomic<bool> told{false};
        std::thread migrator{[&] {
            EXPECT_EQ(here.up(known, {.on_note =
                                          [&](const std::string& text) {
                                              told = told || text.find("the report") != std::string::npos;
                                          }}),
                      1U);
        }};
        auto reader = db.plain();
        clock::duration longest{0};
        for (const auto until = clock::now() + 2s; clock::now() < until; std::this_thread::sleep_for(5ms)) {
            const auto began = clock::now();
            reader.execute(query);
            longest = std::max(longest, clock::now() - began);
        }
        EXPECT_TRUE(told) << "who is in the way";
        report.execute("rollback");
        migrator.join();
        return std::chrono::duration_cast<std::chrono::milliseconds>(longest);
    }

    lightdash::testing::plain_connection report = db.plain();
};

TEST_F(WaitingForATable, OthersReadItMeanwhile)
{
    EXPECT_LT(longest_while_waiting(known_as({made("1_a", "alter table busy add y int;")}), "select * from busy"),
              400ms);
    EXPECT_EQ(db.value("select count(*) from pg_attribute where attrelid = 'busy'::regclass and attname = 'y'"), "1");
}

TEST_F(WaitingForATable, OthersReadItMeanwhileWithoutATransactionToo)
{
    const auto known =
        known_as({made("1_a", "alter table busy add y int;\nvacuum free;", "select 1", " transaction:off")});
    EXPECT_LT(longest_while_waiting(known, "select * from busy"), 400ms);
    EXPECT_EQ(here.status(known)[0].state, migration_state::applied);
}

TEST_F(WaitingForATable, WhatItHasLockedBeforeIsFreeMeanwhile)
{
    const auto known = known_as({made("1_a", "alter table free add y int;\nalter table busy add y int;")});
    EXPECT_LT(longest_while_waiting(known, "select * from free"), 400ms);
    EXPECT_EQ(db.value("select count(*) from pg_attribute where attname = 'y' and attrelid in ('busy'::regclass, "
                       "'free'::regclass)"),
              "2");
}

TEST_F(WaitingForATable, GivesUpAfterFiveTriesOfLockTimeoutAndSaysSo)
{
    std::vector<std::string> notes;
    const auto failure =
        failure_up(known_as({made("1_a", "alter table busy add y int;")}),
                   {.lock_timeout = 200ms, .on_note = [&](const std::string& text) { notes.push_back(text); }});
    EXPECT_EQ(failure.code(), exit_code::locked);
    EXPECT_THAT(notes, ::testing::Contains(HasSubstr("Try 4 of 5 failed")));
    EXPECT_THAT(notes, ::testing::Contains(HasSubstr("the report")));
}

TEST_F(WaitingForATable, AMigrationThatSetsLockTimeoutItselfIsLeftAlone)
{
    EXPECT_EQ(here.up(known_as({made("1_a", "set local lock_timeout = '7s';\ncreate table seen as select "
                                            "current_setting('lock_timeout') as bound;")})),
              1U);
    EXPECT_EQ(db.value("select bound from seen"), "7s");
}

TEST_F(WaitingForATable, ARowThatIsLockedIsWaitedForAtOnce)
{
    db.execute("insert into free values (1)");
    auto writer = db.plain();
    writer.execute("begin; update free set x = 2");
    std::thread later{[&] {
        std::this_thread::sleep_for(1s);
        writer.execute("commit");
    }};
    std::vector<std::string> notes;
    EXPECT_EQ(here.up(known_as({made("1_a", "update free set x = x + 1;")}),
                      {.on_note = [&](const std::string& text) { notes.push_back(text); }}),
              1U);
    later.join();
    EXPECT_EQ(db.value("select x from free"), "3");
    EXPECT_THAT(notes, ::testing::Not(::testing::Contains(HasSubstr("Try "))));
}

TEST(WaitingForAutovacuum, LastsUntilItYields)
{
    lightdash::testing::private_cluster cluster{
        {.configuration = "autovacuum_naptime = 1s\nautovacuum_vacuum_threshold = 1\n"
                          "autovacuum_vacuum_cost_delay = 100ms\nautovacuum_vacuum_cost_limit = 1"}};
    auto db = cluster.plain();
    db.execute(
        "create table t (x int); insert into t select generate_series(1, 100000); delete from t where x % 2 = 0");
    const auto vacuuming = [&] {
        return db.value("select count(*) from pg_stat_progress_vacuum where relid = 't'::regclass") == "1";
    };
    for (const auto until = clock::now() + 30s; !vacuuming(); std::this_thread::sleep_for(20ms))
        ASSERT_LT(clock::now(), until) << "autovacuum did not come";
    migrating here{pg::connection_options{.conninfo = secret{cluster.conninfo()}}};
    const auto began = clock::now();
    EXPECT_EQ(here.up(known_as({made("1_a", "alter table t add y int;")})), 1U);
    EXPECT_LT(clock::now() - began, 10s);
    EXPECT_THAT(cluster.log(), HasSubstr("canceling autovacuum task"));
}

} // namespace
} // namespace lightdash::migrate
