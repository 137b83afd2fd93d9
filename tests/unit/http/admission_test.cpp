#include "http/session/admission.hpp"

#include <gtest/gtest.h>

namespace lightdash::http {
namespace {

using namespace std::chrono_literals;
using clock = admission::clock;

// `servers` connections, each busy for `work` with a request; `clients` who ask again at once, served or not, after
// `pause` when they are not. One millisecond a step.
struct service_model {
    service_model(std::size_t servers, std::chrono::milliseconds work) : busy(servers), work(work) {}

    void run(std::size_t clients, std::chrono::milliseconds time)
    {
        for (const auto until = now + time; now < until; now += 1ms) {
            for (auto& each : busy) {
                if (each.taken && now >= each.ends) {
                    each.taken = false;
                    limiter.leave(now, each.waited, work);
                    ++served;
                    longest = std::max(longest, each.waited);
                }
            }
            while (limiter.inside() < clients && !limiter.full()) {
                limiter.enter();
                queue.push_back(now);
            }
            refused = limiter.inside() < clients;
            for (auto& each : busy) {
                if (each.taken || queue.empty())
                    continue;
                each = {true, now + work, std::chrono::duration_cast<std::chrono::nanoseconds>(now - queue.front())};
                queue.erase(queue.begin());
            }
        }
    }
    void settle() { served = 0, longest = 0ns; }

    struct server {
        bool taken = false;
        clock::time_point ends{};
        std::chrono::nanoseconds waited{0};
    };
    admission limiter{{.target = 50ms, .least = 20}};
    std::vector<server> busy;
    std::vector<clock::time_point> queue;
    std::chrono::milliseconds work;
    clock::time_point now{};
    std::size_t served = 0;
    std::chrono::nanoseconds longest{0};
    bool refused = false;
};

TEST(Admission, LetsEverybodyInWhileTheQueueMoves)
{
    service_model model{8, 5ms};
    model.run(64, 5s); // 56 wait, 35 ms each
    EXPECT_FALSE(model.refused);
}

TEST(Admission, LetsABurstIn)
{
    service_model model{8, 5ms};
    model.run(16, 1s);
    for (int i = 0; i < 150; ++i)
        model.limiter.enter();
    EXPECT_FALSE(model.limiter.full());
}

TEST(Admission, KeepsTheQueueShortWhoeverAsks)
{
    for (const auto clients : {std::size_t{400}, std::size_t{3000}}) {
        service_model model{8, 5ms};
        model.run(clients, 2s);
        model.settle();
        model.run(clients, 10s);
        EXPECT_TRUE(model.refused);
        EXPECT_LT(model.longest, 75ms) << clients;
        EXPECT_LE(model.limiter.limit(), 210U);
        EXPECT_GT(model.served, 15'000U) << "of 16,000 that these connections can do";
    }
}

TEST(Admission, FollowsADatabaseThatBecomesSlowAndFastAgain)
{
    service_model model{8, 1ms};
    model.run(3000, 2s);
    const auto fast = model.limiter.limit();
    model.work = 50ms;
    model.run(3000, 4s);
    EXPECT_LT(model.limiter.limit(), 30U);
    EXPECT_GE(model.limiter.limit(), 20U) << "never fewer";
    model.work = 1ms;
    model.run(3000, 10s);
    EXPECT_GT(model.limiter.limit(), fast / 2);
}

TEST(Admission, LearnsNothingFromWhatNeverHadAConnection)
{
    admission limiter{{.target = 50ms, .least = 1}};
    for (int i = 0; i < 1000; ++i) {
        limiter.enter();
        limiter.leave();
    }
    EXPECT_EQ(limiter.inside(), 0U);
    EXPECT_FALSE(limiter.full());
}

TEST(RefusalPace, LetsSomeOutAtOnceAndThenAnEighthOfWhatIsServed)
{
    refusal_pace pace;
    const auto now = clock::time_point{} + 10s;
    for (int i = 0; i <= 25; ++i)
        EXPECT_EQ(pace.next(now, 1ms), now);
    EXPECT_EQ(pace.next(now, 1ms), now + 8ms);
    for (int i = 0; i < 123; ++i)
        (void)pace.next(now, 1ms);
    EXPECT_EQ(pace.next(now, 1ms), now + 1s);
    for (int i = 0; i < 10'000; ++i)
        EXPECT_LE(pace.next(now, 1ms), now + 10s) << "nobody is held longer";
    EXPECT_EQ(pace.next(now + 1h, 1ms), now + 1h);
}

TEST(RefusalPace, IsNeitherEndlessNorStandingStill)
{
    refusal_pace quick, slow;
    const auto now = clock::time_point{} + 10s;
    for (int i = 0; i < 2401; ++i) {
        (void)quick.next(now, 0us);
        (void)slow.next(now, 1h);
    }
    EXPECT_EQ(quick.next(now, 0us), now + 1001ms - 500us);
    EXPECT_EQ(slow.next(now, 1h), now + 10s);
}

} // namespace
} // namespace lightdash::http
