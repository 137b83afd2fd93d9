#include "lightdash/async/timer_wheel.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace lightdash {
namespace {

using namespace std::chrono_literals;

struct ringing {
    explicit ringing(std::vector<int>& l, int n) : log(l), name(n) {}
    std::vector<int>& log;
    int name;
    deadline::clock::time_point rang;
    alarm entry{[](void* self) noexcept {
                    auto& me = *static_cast<ringing*>(self);
                    me.rang = deadline::clock::now();
                    me.log.push_back(me.name);
                },
                this};
};

TEST(TimerWheel, FiresInOrderNeverEarlyAndSoonAfter)
{
    boost::asio::io_context context;
    timer_wheel wheel{context};
    std::vector<int> log;
    ringing late{log, 2}, soon{log, 1};
    const auto start = deadline::clock::now();
    wheel.arm(late.entry, deadline::at(start + 60ms));
    wheel.arm(soon.entry, deadline::at(start + 20ms));
    context.run_for(300ms);
    EXPECT_EQ(log, (std::vector<int>{1, 2}));
    EXPECT_GE(soon.rang - start, 20ms);
    EXPECT_GE(late.rang - start, 60ms);
    EXPECT_LT(late.rang - start, 200ms);
}

TEST(TimerWheel, ADisarmedOrDestroyedAlarmStaysSilent)
{
    boost::asio::io_context context;
    timer_wheel wheel{context};
    std::vector<int> log;
    ringing disarmed{log, 1};
    wheel.arm(disarmed.entry, deadline::after(10ms));
    disarmed.entry.disarm();
    {
        ringing destroyed{log, 2};
        wheel.arm(destroyed.entry, deadline::after(10ms));
    }
    context.run_for(60ms);
    EXPECT_TRUE(log.empty());
}

TEST(TimerWheel, AnAlarmCanBeMovedAndReArmedFromItsOwnCallback)
{
    boost::asio::io_context context;
    timer_wheel wheel{context};
    struct repeating {
        timer_wheel& wheel;
        int count = 0;
        alarm entry{[](void* self) noexcept {
                        auto& me = *static_cast<repeating*>(self);
                        if (++me.count < 3)
                            me.wheel.arm(me.entry, deadline::after(10ms));
                    },
                    this};
    } again{wheel};
    wheel.arm(again.entry, deadline::after(10s));
    wheel.arm(again.entry, deadline::after(10ms));
    context.run_for(300ms);
    EXPECT_EQ(again.count, 3);
}

TEST(TimerWheel, AFiredAlarmMayDestroyAnotherThatIsDueInTheSameTick)
{
    boost::asio::io_context context;
    timer_wheel wheel{context};
    struct destroyer {
        std::vector<int> log;
        std::unique_ptr<ringing> victim;
        alarm entry{[](void* self) noexcept { static_cast<destroyer*>(self)->victim.reset(); }, this};
    } first;
    first.victim = std::make_unique<ringing>(first.log, 1);
    std::vector<int> log;
    ringing last{log, 2};
    const auto due = deadline::after(20ms);
    wheel.arm(first.entry, due); // the same slot, in this order
    wheel.arm(first.victim->entry, due);
    wheel.arm(last.entry, due);
    context.run_for(200ms);
    EXPECT_FALSE(first.victim);
    EXPECT_TRUE(first.log.empty());
    EXPECT_EQ(log, std::vector<int>{2});
}

TEST(TimerWheel, AFiredAlarmMayDestroyItself)
{
    boost::asio::io_context context;
    timer_wheel wheel{context};
    struct mortal {
        explicit mortal(int& count) : ended(count) {}
        ~mortal() { ++ended; }
        int& ended;
        std::unique_ptr<mortal> self;
        alarm entry{[](void* me) noexcept { auto last = std::move(static_cast<mortal*>(me)->self); }, this};
    };
    int ended = 0;
    auto made = std::make_unique<mortal>(ended);
    auto& one = *made;
    one.self = std::move(made);
    wheel.arm(one.entry, deadline::after(10ms));
    context.run_for(200ms);
    EXPECT_EQ(ended, 1);
}

TEST(TimerWheel, AnAlarmMayOutliveItsWheel)
{
    boost::asio::io_context context;
    std::vector<int> log;
    ringing orphan{log, 1};
    {
        timer_wheel wheel{context};
        wheel.arm(orphan.entry, deadline::after(10ms));
    }
    EXPECT_FALSE(orphan.entry.armed());
    context.run_for(50ms);
    EXPECT_TRUE(log.empty());
}

TEST(TimerWheel, AnAlarmBeyondOneTurnOfTheWheelWaitsItsTime)
{
    boost::asio::io_context context;
    timer_wheel wheel{context};
    std::vector<int> log;
    ringing far{log, 1};
    wheel.arm(far.entry, deadline::after(11s)); // the wheel turns in 10.24 s
    context.run_for(50ms);
    EXPECT_TRUE(log.empty());
    EXPECT_TRUE(far.entry.armed());
}

TEST(TimerWheel, AnExpiredDeadlineFiresInTheNextTurn)
{
    boost::asio::io_context context;
    timer_wheel wheel{context};
    std::vector<int> log;
    ringing past{log, 1};
    wheel.arm(past.entry, deadline::at(deadline::clock::now() - 1h));
    EXPECT_TRUE(log.empty());
    context.run_for(50ms);
    EXPECT_EQ(log.size(), 1U);
}

TEST(TimerWheel, LetsTheLoopEndWhenNothingIsArmed)
{
    boost::asio::io_context context;
    timer_wheel wheel{context};
    std::vector<int> log;
    ringing once{log, 1};
    wheel.arm(once.entry, deadline::after(10ms));
    const auto start = deadline::clock::now();
    context.run();
    EXPECT_LT(deadline::clock::now() - start, 1s);
    EXPECT_EQ(log.size(), 1U);
}

} // namespace
} // namespace lightdash
