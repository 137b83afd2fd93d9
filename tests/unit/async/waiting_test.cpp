// completion, wait_queue, task_scope and offload_pool.
#include "lightdash/async/completion.hpp"
#include "lightdash/async/offload.hpp"
#include "lightdash/async/task_scope.hpp"
#include "lightdash/async/wait_queue.hpp"
#include "support/run_task.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace lightdash {
namespace {

using namespace std::chrono_literals;

error_kind kind_of(const std::exception_ptr& failure)
{
    try {
        std::rethrow_exception(failure);
    } catch (const error& e) {
        return e.kind();
    }
}

struct loop {
    asio::io_context context;
    timer_wheel clocks{context};
    void settle()
    {
        context.restart();
        context.poll();
    }
};

TEST(Completion, WakesItsWaiterInALaterTurn)
{
    loop l;
    completion<int> done;
    int got = 0;
    auto wait = [&]() -> task<> { got = co_await done.wait(); };
    asio::co_spawn(l.context, wait(), asio::detached);
    l.settle();
    done.set(7);
    EXPECT_EQ(got, 0);
    l.settle();
    EXPECT_EQ(got, 7);
}

TEST(Completion, ThrowsTheFirstFailureAndIgnoresWhatComesAfter)
{
    loop l;
    completion<int> done;
    done.fail(std::make_exception_ptr(error{error_kind::not_found, "first"}));
    done.set(7);
    EXPECT_TRUE(done.ready());
    try {
        testing::run_task(l.context, done.wait());
        FAIL() << "nothing was thrown";
    } catch (const error& failure) {
        EXPECT_EQ(failure.kind(), error_kind::not_found);
    }
}

TEST(Completion, ACancelledWaitTellsItsProducerOnceAndThrows)
{
    loop l;
    int told = 0;
    completion<int> done{[](void* count) noexcept { ++*static_cast<int*>(count); }, &told};
    std::exception_ptr failure;
    task_scope scope{l.context, [&](std::string_view, std::exception_ptr e) { failure = e; }};
    auto wait = [&]() -> task<> { co_await done.wait(); };
    scope.spawn("waiter", wait());
    l.settle();
    scope.cancel();
    scope.cancel();
    l.settle();
    EXPECT_EQ(scope.running(), 0U);
    EXPECT_EQ(told, 1);
    ASSERT_TRUE(failure);
    EXPECT_EQ(kind_of(failure), error_kind::cancelled);
}

TEST(Completion, ACancelAfterTheValueChangesNothing)
{
    loop l;
    int told = 0, got = 0;
    completion<int> done{[](void* count) noexcept { ++*static_cast<int*>(count); }, &told};
    task_scope scope{l.context, {}};
    auto wait = [&]() -> task<> { got = co_await done.wait(); };
    scope.spawn("waiter", wait());
    l.settle();
    scope.cancel(); // the emission is queued in front of the waiter that set() wakes
    done.set(7);
    l.settle();
    EXPECT_EQ(scope.running(), 0U);
    EXPECT_EQ(told, 0);
    EXPECT_EQ(got, 7);
}

// Raises its flag with the coroutine in whose frame it lives.
struct witness {
    explicit witness(bool& f) : flag(f) {}
    witness(const witness&) = delete;
    witness& operator=(const witness&) = delete;
    ~witness() { flag = true; }
    bool& flag;
};

TEST(Completion, AWaiterThatNobodyWokeEndsWithItsLoop)
{
    bool ended = false;
    auto wait = [&]() -> task<> {
        const witness here{ended};
        completion<int> done; // in the frame: it and the frame own each other
        co_await done.wait();
    };
    {
        loop l;
        asio::co_spawn(l.context, wait(), asio::detached);
        l.settle();
        EXPECT_FALSE(ended);
    }
    EXPECT_TRUE(ended);
}

TEST(Completion, MayOutliveTheLoopOfItsWaiter)
{
    bool ended = false;
    completion<int> done;
    auto wait = [&]() -> task<> {
        const witness here{ended};
        co_await done.wait();
    };
    {
        loop l;
        asio::co_spawn(l.context, wait(), asio::detached);
        l.settle();
    }
    EXPECT_TRUE(ended);
    done.set(7);
    EXPECT_TRUE(done.ready());
}

TEST(Completion, DestroyedBeforeItIsSetEndsItsWaiter)
{
    loop l;
    bool ended = false, resumed = false;
    auto done = std::make_unique<completion<int>>();
    auto wait = [&](completion<int>& what) -> task<> {
        const witness here{ended};
        co_await what.wait();
        resumed = true;
    };
    asio::co_spawn(l.context, wait(*done), asio::detached);
    l.settle();
    done.reset();
    l.settle();
    EXPECT_TRUE(ended);
    EXPECT_FALSE(resumed);
}

TEST(WaitQueue, ServesInArrivalOrder)
{
    loop l;
    wait_queue<int> queue{l.clocks, 10};
    std::vector<std::string> log;
    auto wait = [&](std::string name) -> task<> {
        const int got = co_await queue.wait(deadline::never());
        log.push_back(name + std::to_string(got));
    };
    for (auto name : {"a", "b", "c"})
        asio::co_spawn(l.context, wait(name), asio::detached);
    l.settle();
    EXPECT_EQ(queue.size(), 3U);
    for (int i = 1; i <= 3; ++i)
        EXPECT_TRUE(queue.give(int{i}));
    EXPECT_FALSE(queue.give(4));
    l.settle();
    EXPECT_EQ(log, (std::vector<std::string>{"a1", "b2", "c3"}));
}

TEST(WaitQueue, RefusesAtOnceWhenFull)
{
    loop l;
    wait_queue<int> queue{l.clocks, 1};
    auto wait = [&]() -> task<int> { co_return co_await queue.wait(deadline::never()); };
    std::exception_ptr second;
    asio::co_spawn(l.context, wait(), asio::detached);
    asio::co_spawn(l.context, wait(), [&](std::exception_ptr e, int) { second = e; });
    l.settle();
    ASSERT_TRUE(second);
    EXPECT_EQ(kind_of(second), error_kind::overloaded);
    queue.give(1);
    l.settle();
}

TEST(WaitQueue, NeverGrantsToAWaiterWhoseDeadlinePassed)
{
    loop l;
    wait_queue<int> queue{l.clocks, 10};
    std::exception_ptr late;
    int patient = 0;
    auto wait = [&](deadline until) -> task<int> { co_return co_await queue.wait(until); };
    asio::co_spawn(l.context, wait(deadline::after(20ms)), [&](std::exception_ptr e, int) { late = e; });
    asio::co_spawn(l.context, wait(deadline::never()), [&](std::exception_ptr, int got) { patient = got; });
    l.context.run_for(80ms);
    ASSERT_TRUE(late);
    EXPECT_EQ(kind_of(late), error_kind::deadline_exceeded);
    EXPECT_TRUE(queue.give(5));
    l.settle();
    EXPECT_EQ(patient, 5);
}

TEST(WaitQueue, ACancelledWaiterLeavesAndItsPlaceIsNotGranted)
{
    loop l;
    wait_queue<int> queue{l.clocks, 10};
    task_scope scope{l.context, {}};
    auto wait = [&]() -> task<> { co_await queue.wait(deadline::never()); };
    scope.spawn("waiter", wait());
    l.settle();
    ASSERT_EQ(queue.size(), 1U);
    scope.cancel();
    l.settle();
    EXPECT_EQ(queue.size(), 0U);
    EXPECT_FALSE(queue.give(1));
    l.settle();
    EXPECT_EQ(scope.running(), 0U);
}

TEST(WaitQueue, AGrantThatIsCancelledInTheSameTurnGoesBackByItsDestructor)
{
    loop l;
    struct lease {
        explicit lease(int* r) : returned(r) {}
        lease(lease&& other) noexcept : returned(std::exchange(other.returned, nullptr)) {}
        lease& operator=(lease&&) = delete;
        ~lease()
        {
            if (returned)
                ++*returned;
        }
        int* returned;
    };
    int returned = 0;
    wait_queue<lease> queue{l.clocks, 10};
    task_scope scope{l.context, {}};
    auto wait = [&]() -> task<> { auto got = co_await queue.wait(deadline::never()); };
    scope.spawn("waiter", wait());
    l.settle();
    EXPECT_TRUE(queue.give(lease{&returned}));
    scope.cancel();
    l.settle();
    EXPECT_EQ(scope.running(), 0U);
    EXPECT_EQ(returned, 1);
}

TEST(WaitQueue, FailsEveryWaiterAtOnce)
{
    loop l;
    wait_queue<int> queue{l.clocks, 10};
    std::vector<error_kind> failed;
    auto wait = [&]() -> task<int> { co_return co_await queue.wait(deadline::never()); };
    for (int i = 0; i < 2; ++i)
        asio::co_spawn(l.context, wait(), [&](std::exception_ptr e, int) { failed.push_back(kind_of(e)); });
    l.settle();
    queue.fail_all(std::make_exception_ptr(error{error_kind::not_ready, "planned"}));
    EXPECT_TRUE(queue.empty());
    l.settle();
    EXPECT_EQ(failed, (std::vector{error_kind::not_ready, error_kind::not_ready}));
}

TEST(WaitQueue, MayEndBeforeThoseWhoWaitInIt)
{
    bool ended = false;
    {
        loop l;
        wait_queue<int> queue{l.clocks, 10}; // ends before the loop, which ends the waiter
        auto wait = [&]() -> task<> {
            const witness here{ended};
            co_await queue.wait(deadline::after(10s));
        };
        asio::co_spawn(l.context, wait(), asio::detached);
        l.settle();
        EXPECT_EQ(queue.size(), 1U);
    }
    EXPECT_TRUE(ended);
}

TEST(TaskScope, JoinWaitsForEveryTaskAndReportsFailuresByName)
{
    loop l;
    std::vector<std::string> failed;
    task_scope scope{l.context, [&](std::string_view name, std::exception_ptr) { failed.emplace_back(name); }};
    auto sleep_then_throw = [&]() -> task<> {
        asio::steady_timer timer{l.context, 20ms};
        co_await timer.async_wait(asio::use_awaitable);
        throw error{error_kind::internal, "planned"};
    };
    scope.spawn("sleeper", sleep_then_throw());
    EXPECT_EQ(scope.running(), 1U);
    EXPECT_FALSE(testing::run_task(l.context, scope.join(l.clocks, deadline::after(1ms))));
    EXPECT_TRUE(testing::run_task(l.context, scope.join(l.clocks, deadline::after(5s))));
    EXPECT_EQ(failed, std::vector<std::string>{"sleeper"});
}

TEST(Offload, RunsElsewhereAndComesBackWithTheResultOrTheException)
{
    loop l;
    offload_pool pool{l.context, 2, 10};
    const auto here = std::this_thread::get_id();
    auto elsewhere = testing::run_task(l.context, pool.run([] { return std::this_thread::get_id(); }));
    EXPECT_NE(elsewhere, here);
    EXPECT_THROW(testing::run_task(l.context, pool.run([]() -> int { throw error{error_kind::internal, "x"}; })),
                 error);
}

TEST(Offload, AnAnswerThatIsNeverDeliveredEndsWithItsWaiterAndTheLoop)
{
    bool ended = false;
    std::weak_ptr<int> answer;
    {
        loop l;
        {
            offload_pool pool{l.context, 1, 10};
            auto wait = [&]() -> task<> {
                const witness here{ended};
                co_await pool.run([&answer] {
                    auto made = std::make_shared<int>(7);
                    answer = made;
                    return made;
                });
            };
            asio::co_spawn(l.context, wait(), asio::detached);
            l.settle();
        } // the work has run; its answer lies in the loop's queue, or was delivered to nobody yet
    }
    EXPECT_TRUE(ended);
    EXPECT_TRUE(answer.expired());
}

TEST(Offload, ACancelledWaitEndsAtOnceAndTheWorkGoesOnAlone)
{
    loop l;
    std::promise<void> release;
    std::atomic<bool> worked{false};
    offload_pool pool{l.context, 1, 1};
    std::exception_ptr failure;
    task_scope scope{l.context, [&](std::string_view, std::exception_ptr e) { failure = e; }};
    scope.spawn("offloaded", pool.run([&] {
        release.get_future().wait_for(10s);
        worked = true;
    }));
    l.settle();
    scope.cancel();
    l.settle();
    EXPECT_EQ(scope.running(), 0U);
    ASSERT_TRUE(failure);
    EXPECT_EQ(kind_of(failure), error_kind::cancelled);
    EXPECT_EQ(pool.unfinished(), 1U);
    EXPECT_FALSE(worked);
    release.set_value();
    const auto limit = deadline::clock::now() + 5s;
    while (pool.unfinished() > 0 && deadline::clock::now() < limit)
        l.settle();
    EXPECT_TRUE(worked);
    EXPECT_EQ(pool.unfinished(), 0U);
}

TEST(Offload, RefusesMoreThanItsBound)
{
    loop l;
    std::promise<void> release;
    offload_pool pool{l.context, 1, 1};
    auto block = pool.run([&] { release.get_future().wait_for(10s); });
    asio::co_spawn(l.context, std::move(block), asio::detached);
    l.settle();
    EXPECT_EQ(pool.unfinished(), 1U);
    EXPECT_THROW(testing::run_task(l.context, pool.run([] {})), error);
    release.set_value();
    l.context.restart();
    l.context.run_for(200ms);
    EXPECT_EQ(pool.unfinished(), 0U);
}

} // namespace
} // namespace lightdash
