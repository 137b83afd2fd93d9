// Which lane takes the next batch, and when none does.
#include "pg/lane_plan.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace lightdash::pg {
namespace {

using namespace std::chrono_literals;

const deadline::clock::time_point now{1h};

lane_view idle()
{
    return {.open = true};
}
lane_view busy(std::size_t batches, std::chrono::microseconds age)
{
    return {.open = true, .batches = batches, .head_started = now - age};
}

TEST(LanePlan, TheFirstLaneWithRoomTakesTheBatch)
{
    EXPECT_EQ(choose_lane(std::vector{idle(), idle()}, now), 0U);
    EXPECT_EQ(choose_lane(std::vector{busy(1, 100us), idle()}, now), 0U);
    EXPECT_EQ(choose_lane(std::vector{busy(2, 100us), idle()}, now), 1U);
    EXPECT_EQ(choose_lane(std::vector{lane_view{}, idle()}, now), 1U);
}

TEST(LanePlan, ALaneWhoseFirstBatchTakesLongerThanTwoMillisecondsTakesNoNewOnes)
{
    EXPECT_EQ(choose_lane(std::vector{busy(1, 2000us)}, now), 0U);
    EXPECT_EQ(choose_lane(std::vector{busy(1, 2001us)}, now), std::nullopt);
    EXPECT_EQ(choose_lane(std::vector{busy(1, 2001us), idle()}, now), 1U);
}

TEST(LanePlan, ReadsOverflowOnlyWhenNoLaneMakesProgress)
{
    EXPECT_FALSE(must_overflow(std::vector{busy(2, 100us), busy(2, 100us)}, now)) << "full, but quick";
    EXPECT_FALSE(must_overflow(std::vector{busy(1, 50ms), busy(2, 1ms)}, now));
    EXPECT_TRUE(must_overflow(std::vector{busy(1, 50ms), busy(1, 3ms)}, now));
    EXPECT_TRUE(must_overflow(std::vector{lane_view{}}, now));
    EXPECT_TRUE(must_overflow({}, now));
}

TEST(LanePlan, ALaneIsStuckAfterFiveSecondsWithoutProgress)
{
    EXPECT_FALSE(is_stuck(busy(1, 5s), now));
    EXPECT_TRUE(is_stuck(busy(1, 5001ms), now));
    EXPECT_FALSE(is_stuck(idle(), now));
}

} // namespace
} // namespace lightdash::pg
