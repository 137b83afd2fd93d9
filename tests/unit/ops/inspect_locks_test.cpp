// The forest of who waits for whom, and its drawing.
#include "lightdash/ops/inspect/locks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lightdash::ops {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

lock_edge waits(std::int32_t waiter, std::int32_t blocker, double seconds = 1, bool queued = false)
{
    return {waiter,
            blocker,
            "ShareLock",
            "a row of public.t",
            queued ? std::nullopt : std::optional{std::string{"ExclusiveLock"}},
            seconds};
}

std::vector<activity_row> sessions(std::initializer_list<std::int32_t> pids)
{
    std::vector<activity_row> made;
    for (const auto pid : pids) {
        activity_row row;
        row.pid = pid;
        row.username = "ada";
        row.database = "d";
        row.state = "active";
        row.query = "update\n t";
        made.push_back(row);
    }
    return made;
}

TEST(LockForest, NobodyWaitsIsEmpty)
{
    EXPECT_THAT(lock_forest({}, sessions({1, 2})), IsEmpty());
}

TEST(LockForest, TheRootThatHoldsUpMostComesFirst)
{
    const auto forest = lock_forest({waits(2, 1), waits(11, 10), waits(12, 11)}, sessions({1, 2, 10, 11, 12}));
    ASSERT_EQ(forest.size(), 2u);
    EXPECT_EQ(forest[0].session.pid, 10);
    EXPECT_EQ(forest[1].session.pid, 1);
    EXPECT_EQ(waiters_below(forest[0]), 2u);
}

TEST(LockForest, AWaiterForSeveralIsDrawnOnceUnderTheHolderOfTheLock)
{
    const auto forest = lock_forest({waits(3, 2, 1, true), waits(3, 1), waits(2, 1)}, sessions({1, 2, 3}));
    ASSERT_EQ(forest.size(), 1u);
    ASSERT_EQ(forest[0].waiters.size(), 2u);
    EXPECT_EQ(forest[0].waiters[0].session.pid, 3);
    EXPECT_THAT(forest[0].waiters[0].also_waits_for, ElementsAre(2));
    EXPECT_THAT(forest[0].waiters[1].waiters, IsEmpty());
}

TEST(LockForest, ACircleIsARootOfItsLongestWaiterAndWhoWaitsForItStandsBelow)
{
    const auto forest = lock_forest({waits(9, 1, 5), waits(2, 1, 3), waits(1, 2, 2)}, sessions({1, 2, 9}));
    ASSERT_EQ(forest.size(), 1u);
    EXPECT_TRUE(forest[0].deadlock);
    EXPECT_EQ(forest[0].session.pid, 2);
    ASSERT_EQ(forest[0].waiters.size(), 1u);
    EXPECT_EQ(forest[0].waiters[0].session.pid, 1);
    EXPECT_EQ(forest[0].waiters[0].waiters.at(0).session.pid, 9);
}

TEST(LockForest, ItIsDrawnWithOneLinePerSession)
{
    const auto forest =
        lock_forest({waits(2, 1, 90), waits(3, 2, 2), waits(4, 1, 1), waits(5, 0, 0.5)}, sessions({1, 2, 3, 4, 5}));
    EXPECT_THAT(
        draw_locks(forest, true),
        ElementsAre("1 ada@d, active: update t",
                    "|- 2 ada@d, active, waits 1m 30s for ShareLock on a row of public.t (held: ExclusiveLock): "
                    "update t",
                    "|  `- 3 ada@d, active, waits 2.0s for ShareLock on a row of public.t (held: "
                    "ExclusiveLock): update t",
                    "`- 4 ada@d, active, waits 1.0s for ShareLock on a row of public.t (held: ExclusiveLock): "
                    "update t",
                    "a prepared transaction (pg_prepared_xacts names it; ROLLBACK PREPARED ends it)",
                    "`- 5 ada@d, active, waits 500ms for ShareLock on a row of public.t (held: ExclusiveLock): "
                    "update t"));
}

} // namespace
} // namespace lightdash::ops
