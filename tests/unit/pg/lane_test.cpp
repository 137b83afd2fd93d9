// Which lane takes the next batch, and when none does.
#include "pg/lane/lane_plan.hpp"

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

TEST(ReadPace, QuickReadsTravelByTheSixtyFour)
{
    read_pace pace;
    EXPECT_EQ(pace.batch_size(), largest_batch) << "nothing is known yet";
    for (int i = 0; i < 100; ++i)
        pace.note(64 * 10us, 64);
    EXPECT_EQ(pace.batch_size(), largest_batch);
}

TEST(ReadPace, ABatchOfLongerReadsIsAnsweredInAboutTheBatchTime)
{
    read_pace pace;
    for (int i = 0; i < 100; ++i)
        pace.note(10 * 150us, 10);
    EXPECT_NEAR(static_cast<double>(pace.batch_size()), 10, 1);
    for (int i = 0; i < 100; ++i)
        pace.note(700us, 1);
    EXPECT_EQ(pace.batch_size(), 2U);
    for (int i = 0; i < 100; ++i)
        pace.note(5ms, 1);
    EXPECT_EQ(pace.batch_size(), 1U);
}

TEST(ReadPace, OneSlowReadDoesNotLastLong)
{
    read_pace pace;
    for (int i = 0; i < 100; ++i)
        pace.note(10us, 1);
    pace.note(10s, 1);
    EXPECT_LT(pace.batch_size(), largest_batch);
    for (int i = 0; i < 40; ++i)
        pace.note(10us, 1);
    EXPECT_EQ(pace.batch_size(), largest_batch);
}

} // namespace
} // namespace lightdash::pg
