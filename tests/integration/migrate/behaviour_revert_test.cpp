// Reverting, and files that are gone.
#include "integration/migrate/behaviour.hpp"
#include "lightdash/migrate/repair.hpp"

#include <gmock/gmock.h>

namespace lightdash::migrate {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

using Behaviour = behaviour;

TEST_F(Behaviour, 4_1_ARenamedFileIsMissingAndForgivenByRepair)
{
    here.up(known_as({a, b}));
    const auto renamed = known_as({a, made("2_other", "create table b (x int);", "drop table b;")});
    EXPECT_EQ(here.status(renamed)[1].state, migration_state::missing);
    migrator worker{here.database, here.clocks, renamed, {}};
    const auto plan = plan_repair(renamed, here.run(worker.history(deadline::after(5s))));
    ASSERT_EQ(plan.size(), 1U);
    EXPECT_EQ(plan[0].what, repair_action::kind::follow);
    EXPECT_EQ(plan[0].new_name, "2_other");
}

TEST_F(Behaviour, 4_2_RevertingWithoutTheFileIsRefused)
{
    here.up(known_as({a, b}));
    const auto failure = failure_of([&] { down(known_as({a}), {.steps = all_of_them}); });
    EXPECT_EQ(failure.code(), exit_code::history);
    EXPECT_THAT(history(), ElementsAre("1_a", "2_b"));
}

TEST_F(Behaviour, 4_3_NothingToRevertIsNoFailure)
{
    EXPECT_EQ(here.down(known_as({a})), 0U);
}

TEST_F(Behaviour, 4_4_TheRowGoesInTheSameTransactionAsTheRevert)
{
    const auto known = known_as({a, made("2_b", "create table b ();", "drop table b;\nselect 1 / 0;")});
    here.up(known);
    failure_of([&] { here.down(known); });
    EXPECT_TRUE(there("b"));
    EXPECT_THAT(history(), ElementsAre("1_a", "2_b"));
}

TEST_F(Behaviour, 4_6_ARevertThatFailsSaysHowFarItCame)
{
    const auto known = known_as({a, made("2_b", "create table b ();", "drop table nowhere;"), c});
    here.up(known);
    EXPECT_THAT(failure_of([&] { down(known, {.steps = 3}); }).message(),
                HasSubstr("1 migration reverted before it stays reverted; 1 after it was not tried."));
    EXPECT_THAT(history(), ElementsAre("1_a", "2_b"));
}

TEST_F(Behaviour, 4_7_TheLastIsOneStepOrOneBatch)
{
    here.up(known_as({a}));
    here.up(known_as({a, b, c}));
    EXPECT_EQ(down(known_as({a, b, c}), {.batch = true}), 2U);
    EXPECT_EQ(here.up(known_as({a, b, c})), 2U);
    EXPECT_EQ(down(known_as({a, b, c}), {}), 1U);
    EXPECT_THAT(history(), ElementsAre("1_a", "2_b"));
}

TEST_F(Behaviour, 4_8_AllAreRevertedInTheReverseOrderOfApplication)
{
    here.up(known_as({a, b, c}));
    db.execute("update lightdash_migrations set id = default where name = '1_a'"); // applied last, for once
    std::vector<std::string> order;
    const auto known = known_as({a, b, c});
    migrator teller{
        here.database, here.clocks, known, {.on_step = [&](const progress& step) { order.push_back(step.name); }}};
    EXPECT_EQ(here.run(teller.down(all_of_them, deadline::after(20s))), 3U);
    EXPECT_THAT(order, ElementsAre("1_a", "3_c", "2_b"));
}

TEST_F(Behaviour, 4_11_NumbersNamesAndBothAreUnderstoodInBothDirections)
{
    const auto known = known_as({a, b, c});
    EXPECT_EQ(up(known, {.to = known.resolve("2").name}), 2U);
    EXPECT_EQ(up(known, {.to = known.resolve("c").name}), 1U);
    EXPECT_EQ(down(known, {.to = known.resolve("1_a").name}), 2U);
    EXPECT_THAT(history(), ElementsAre("1_a"));
    EXPECT_THROW(known.resolve("7"), error);
}

} // namespace
} // namespace lightdash::migrate
