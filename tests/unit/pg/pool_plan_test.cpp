// The pool's decisions, one by one.
#include "pg/pool/pool_plan.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace lightdash::pg {
namespace {

using namespace std::chrono_literals;

constexpr pool_time now{1h};

std::size_t to_start(const pool_counts& counts, const connect_backoff& backoff = {})
{
    return connects_to_start({.min = 2, .max = 10}, counts, backoff, now);
}

connect_backoff failing()
{
    connect_backoff made;
    made.failed(now - 1s, now - 1s, 0.0);
    return made;
}

TEST(PoolPlan, FillsUpToMinWhenNobodyWaits)
{
    EXPECT_EQ(to_start({}), 2U);
    EXPECT_EQ(to_start({.connecting = 1}), 1U);
    EXPECT_EQ(to_start({.used = 2}), 0U);
    EXPECT_EQ(to_start({.lanes = 1}), 1U);
}

TEST(PoolPlan, ConnectsForEveryWaiterThatNoIdleOrComingConnectionServes)
{
    EXPECT_EQ(to_start({.used = 2, .waiting = 3}), 3U);
    EXPECT_EQ(to_start({.idle = 1, .used = 2, .connecting = 1, .waiting = 3}), 1U);
}

TEST(PoolPlan, NeverStartsMoreThanMaxHoweverManyWait)
{
    EXPECT_EQ(to_start({.waiting = 500}), 10U);
    for (std::size_t connecting = 0; connecting <= 10; ++connecting)
        for (std::size_t closing = 0; connecting + closing <= 10; ++closing) {
            const pool_counts counts{.connecting = connecting, .closing = closing, .waiting = 500};
            EXPECT_LE(counts.total() + to_start(counts), 10U);
        }
}

TEST(PoolPlan, CleaningAndClosingConnectionsKeepTheirSlots)
{
    EXPECT_EQ(to_start({.used = 5, .cleaning = 2, .closing = 3, .waiting = 10}), 0U);
    EXPECT_EQ(to_start({.used = 5, .cleaning = 2, .closing = 2, .waiting = 10}), 1U);
}

TEST(PoolPlan, OneProberWhileTheLastAttemptFailed)
{
    EXPECT_EQ(to_start({.waiting = 50}, failing()), 1U);
    EXPECT_EQ(to_start({.connecting = 1, .waiting = 50}, failing()), 0U);
}

TEST(PoolPlan, NobodyProbesBeforeTheBackoffEnds)
{
    connect_backoff later;
    for (int i = 0; i < 20; ++i)
        later.failed(now, now, 0.9);
    EXPECT_EQ(to_start({}, later), 0U);
    EXPECT_EQ(connects_to_start({}, {}, later, later.next_attempt(false)), 1U);
}

TEST(PoolPlan, AReturnedConnectionIsReusedOnlyWhenItIsCleanYoungAndThePoolOpen)
{
    EXPECT_EQ(on_return({.reusable = true}), return_action::reuse);
    EXPECT_EQ(on_return({.reusable = false}), return_action::clean);
    EXPECT_EQ(on_return({.broken = true}), return_action::close);
    EXPECT_EQ(on_return({.broken = true, .reusable = true}), return_action::close);
    EXPECT_EQ(on_return({.reusable = true, .expired = true}), return_action::close);
    EXPECT_EQ(on_return({.reusable = true, .stopping = true}), return_action::close);
}

TEST(PoolPlan, AnExpiredButBusyConnectionIsCancelledBeforeItIsClosed)
{
    EXPECT_EQ(on_return({.reusable = false, .expired = true}), return_action::clean);
}

TEST(PoolPlan, AtMostHalfThePoolIsCleanedAtOnce)
{
    EXPECT_EQ(cleaners(1), 1U);
    EXPECT_EQ(cleaners(3), 1U);
    EXPECT_EQ(cleaners(10), 5U);
}

TEST(PoolPlan, LifetimeAndIdleTimeEndUpToTenPercentEarlyButNeverLate)
{
    const pool_limits limits;
    EXPECT_EQ(lifetime_end(limits, now, 0.0) - now, 30min);
    EXPECT_EQ(idle_end(limits, now, 0.0) - now, 10min);
    EXPECT_GE(lifetime_end(limits, now, 0.999999) - now, 27min);
    EXPECT_GE(idle_end(limits, now, 0.999999) - now, 9min);
}

// P16: connections made at the same instant.
TEST(PoolPlan, NoHundredthOfTheLifetimeClosesMoreThanAFifthOfThePool)
{
    for (const std::size_t pool : {10U, 20U, 100U})
        for (const double start : {0.0, 0.31, 0.77}) {
            const pool_limits limits;
            jitter_shares shares{start};
            std::vector<pool_time> ends;
            for (std::size_t i = 0; i < pool; ++i)
                ends.push_back(lifetime_end(limits, now, shares.next()));
            for (auto first : ends) {
                const auto together = std::count_if(ends.begin(), ends.end(), [&](pool_time end) {
                    return end >= first && end < first + limits.max_lifetime / 100;
                });
                EXPECT_LE(static_cast<std::size_t>(together), pool / 5) << pool << " connections from " << start;
            }
        }
}

TEST(PoolPlan, WhileDownABorrowerWaitsOutARestartButDoesNotPileUpInALongOutage)
{
    EXPECT_EQ(give_up_while_down(now, now) - now, 1s);
    EXPECT_EQ(give_up_while_down(now - 900ms, now) - now, 250ms);
    EXPECT_EQ(give_up_while_down(now - 1h, now) - now, 250ms);
}

} // namespace
} // namespace lightdash::pg
