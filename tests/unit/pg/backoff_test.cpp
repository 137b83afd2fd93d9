// When the pool asks a server that is down again, under a fake clock.
#include "pg/pool/pool_plan.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace lightdash::pg {
namespace {

using namespace std::chrono_literals;

struct outage {
    connect_backoff backoff;
    pool_time now{1h};
    std::mt19937 engine{7};
    std::uniform_real_distribution<double> chance{0.0, 1.0};
    std::vector<pool_time> attempts;

    // Every attempt fails at once.
    void last(std::chrono::nanoseconds time, bool wanted)
    {
        const auto end = now + time;
        pool_limits limits;
        pool_counts counts;
        counts.waiting = wanted ? 50 : 0;
        while (now < end) {
            if (connects_to_start(limits, counts, backoff, now) > 0) {
                attempts.push_back(now);
                backoff.failed(now, now, chance(engine));
            }
            now += 1ms;
        }
    }
    std::size_t most_in_one_second_after(pool_time start) const
    {
        std::size_t most = 0;
        for (auto at : attempts) {
            if (at < start)
                continue;
            const auto within = std::count_if(attempts.begin(), attempts.end(),
                                              [at](pool_time other) { return other >= at && other < at + 1s; });
            most = std::max(most, static_cast<std::size_t>(within));
        }
        return most;
    }
    pool_time::duration longest_gap() const
    {
        pool_time::duration longest{0};
        for (std::size_t i = 1; i < attempts.size(); ++i)
            longest = std::max(longest, attempts[i] - attempts[i - 1]);
        return longest;
    }
};

TEST(Backoff, BeginsWithAtMostTenMillisecondsAndDoubles)
{
    connect_backoff backoff;
    pool_time now{1h};
    for (auto most : {10ms, 20ms, 40ms, 80ms, 160ms, 320ms, 640ms}) {
        backoff.failed(now, now, 0.999999);
        EXPECT_LE(backoff.next_attempt(false) - now, most);
        EXPECT_GT(backoff.next_attempt(false) - now, most - most / 10);
        now = backoff.next_attempt(false);
    }
}

TEST(Backoff, FullJitterReachesDownToNoDelayInTheFirstSteps)
{
    connect_backoff backoff;
    const pool_time now{1h};
    backoff.failed(now, now, 0.0);
    EXPECT_EQ(backoff.next_attempt(false), now);
}

TEST(Backoff, AsksAtMostTwiceASecondOnceDownForTenSeconds)
{
    for (const bool wanted : {false, true}) {
        outage o;
        const auto start = o.now;
        o.last(120s, wanted);
        EXPECT_LE(o.most_in_one_second_after(start + 10s), 2U) << "wanted: " << wanted;
    }
}

TEST(Backoff, NoticesWithinASecondDuringTheFirstMinuteAndWithinFiveLater)
{
    outage o;
    o.last(60s, false);
    EXPECT_LE(o.longest_gap(), 1001ms);
    o.attempts.clear();
    o.last(240s, false);
    EXPECT_LE(o.longest_gap(), 5001ms);
    EXPECT_GT(o.longest_gap(), 2s);
}

TEST(Backoff, ABorrowerWhoWaitsHasTheServerAskedTwiceASecondEvenInALongOutage)
{
    outage o;
    o.last(120s, false);
    o.attempts.clear();
    o.last(30s, true);
    EXPECT_LE(o.longest_gap(), 501ms);
}

TEST(Backoff, TenAttemptsThatFailTogetherCountOnce)
{
    connect_backoff backoff;
    const pool_time started{1h};
    const auto now = started + 5ms;
    for (int i = 0; i < 10; ++i)
        backoff.failed(started, now, 0.999);
    EXPECT_LE(backoff.next_attempt(false) - now, 10ms);
}

TEST(Backoff, ASuccessForgetsTheFailures)
{
    outage o;
    o.last(30s, false);
    ASSERT_TRUE(o.backoff.failing());
    o.backoff.succeeded();
    EXPECT_FALSE(o.backoff.failing());
    o.backoff.failed(o.now, o.now, 0.999);
    EXPECT_LE(o.backoff.next_attempt(false) - o.now, 10ms);
}

TEST(Backoff, AServerWithoutSlotsIsAskedForNoMoreThanItGrantedForTenSecondsThenOneAtATime)
{
    connect_backoff backoff;
    pool_time now{1h};
    backoff.refused_for_slots(now, 3);
    EXPECT_EQ(backoff.ceiling(10, now + 9s), 3U);
    EXPECT_EQ(backoff.ceiling(10, now + 10s), 10U);
    backoff.failed(now, now, 0.5);
    pool_counts counts;
    counts.used = 3;
    counts.waiting = 7;
    EXPECT_EQ(connects_to_start({}, counts, backoff, now + 5s), 0U);
    EXPECT_EQ(connects_to_start({}, counts, backoff, now + 11s), 1U) << "one prober while the last attempt failed";
}

TEST(Backoff, AServerThatGrantedNothingIsStillProbed)
{
    connect_backoff backoff;
    const pool_time now{1h};
    backoff.refused_for_slots(now, 0);
    EXPECT_EQ(backoff.ceiling(10, now), 1U);
}

} // namespace
} // namespace lightdash::pg
