// Many migrators, their lock, and what a crash leaves.
#include "integration/migrate/behaviour.hpp"
#include "support/eventually.hpp"

#include <gmock/gmock.h>

#include <thread>

namespace lightdash::migrate {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

using Behaviour = behaviour;

TEST_F(Behaviour, 3_1_TheLockIsVisibleToWhoWaits)
{
    auto other = db.plain();
    other.execute("begin; select pg_advisory_xact_lock(7811888726977831283)");
    std::vector<std::string> notes;
    std::thread closer([&] {
        std::this_thread::sleep_for(400ms);
        other.execute("rollback");
    });
    EXPECT_EQ(here.up(known_as({a}), {.on_note = [&](const std::string& text) { notes.push_back(text); }}), 1U);
    closer.join();
    EXPECT_THAT(notes,
                ElementsAre(HasSubstr("Waiting for another migrator: pid " + std::to_string(other.backend_pid()))));
}

TEST_F(Behaviour, 3_3_TheWaitForTheLockHasAnEnd)
{
    auto other = db.plain();
    other.execute("begin; select pg_advisory_xact_lock(7811888726977831283)");
    EXPECT_EQ(failure_up(known_as({a}), {.lock_wait = 200ms}).code(), exit_code::locked);
    EXPECT_TRUE(untouched());
}

TEST_F(Behaviour, 3_4_TwoStepsAtOnceAreTwoSteps)
{
    const auto known = known_as({made("1_a", "select pg_sleep(0.3);"), b, c});
    std::thread other([&] {
        migrating there{db};
        migrator worker{there.database, there.clocks, known, {}};
        EXPECT_EQ(there.run(worker.up({.steps = 1}, deadline::after(20s))), 1U);
    });
    EXPECT_EQ(up(known, {.steps = 1}), 1U);
    other.join();
    EXPECT_THAT(history(), ElementsAre("1_a", "2_b"));
}

TEST_F(Behaviour, 3_5_WhatAnotherAppliedMeanwhileIsNotAppliedAgain)
{
    const auto known = known_as({made("1_a", "create table a (x int);\nselect pg_sleep(0.3);"), b});
    std::size_t theirs = 0;
    std::thread other([&] {
        migrating there{db};
        theirs = there.up(known);
    });
    const auto ours = here.up(known);
    other.join();
    EXPECT_EQ(ours + theirs, 2U);
    EXPECT_THAT(history(), ElementsAre("1_a", "2_b"));
}

TEST_F(Behaviour, 3_6_ManyOnAnEmptyDatabaseAllSucceed)
{
    std::vector<std::thread> all;
    for (int i = 0; i < 6; ++i)
        all.emplace_back([&] {
            migrating there{db};
            EXPECT_NO_THROW(there.up(known_as({a, b, c}), {.lock = lock_kind::table}));
        });
    for (auto& one : all)
        one.join();
    EXPECT_THAT(history(), ElementsAre("1_a", "2_b", "3_c"));
}

TEST_F(Behaviour, 3_7_TheServerNoticesAMigratorThatIsGone)
{
    here.up(
        known_as({made("1_a", "create table seen as select current_setting('client_connection_check_interval', true) "
                              "as interval;")}));
    if (std::stoi(db.value("show server_version_num")) >= 140000)
        EXPECT_EQ(db.value("select interval from seen"), "500ms");
}

TEST_F(Behaviour, 3_8_TheLockEndsWithTheSessionThatHasIt)
{
    auto other = db.plain();
    other.execute("begin; select pg_advisory_xact_lock(7811888726977831283)");
    db.execute("select pg_terminate_backend(" + std::to_string(other.backend_pid()) + ")");
    const auto began = std::chrono::steady_clock::now();
    EXPECT_EQ(here.up(known_as({a})), 1U);
    EXPECT_LT(std::chrono::steady_clock::now() - began, 1s);
}

TEST_F(Behaviour, 3_12_ALostConnectionIsToldAsWhatItIs)
{
    std::thread killer([&] {
        auto witness = db.plain();
        EXPECT_TRUE(testing::eventually(10s, [&] {
            return witness.value("select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = "
                                 "current_database() and query like 'select pg_sleep(20)%'") != "0";
        })) << "the migration never slept";
    });
    const auto failure = failure_up(known_as({made("1_a", "create table a ();\nselect pg_sleep(20);")}));
    killer.join();
    EXPECT_THAT(failure.message(), Not(HasSubstr("ROLLBACK")));
    EXPECT_FALSE(there("a"));
    EXPECT_EQ(here.up(known_as({a})), 1U); // and nothing to unlock
}

} // namespace
} // namespace lightdash::migrate
