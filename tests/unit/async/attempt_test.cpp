// What became of work that may fail: awaited, kept, and thrown again.
#include "lightdash/async/attempt.hpp"

#include "lightdash/async/next_turn.hpp"
#include "lightdash/core/error.hpp"
#include "support/run_task.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>

namespace lightdash {
namespace {

task<std::unique_ptr<int>> seven()
{
    co_return std::make_unique<int>(7);
}

task<int> refused()
{
    throw error{error_kind::not_found, "There is none."};
    co_return 1;
}

task<> nothing()
{
    co_return;
}

template <class T>
outcome<T> tried(task<outcome<T>> work)
{
    asio::io_context context;
    std::optional<outcome<T>> kept;
    const auto wait = [&]() -> task<> { kept.emplace(co_await std::move(work)); };
    testing::run_task(context, wait());
    return std::move(*kept);
}

TEST(Attempt, HandsOutTheValueThatTheTaskMade)
{
    auto made = tried(attempt(seven()));
    ASSERT_TRUE(made);
    EXPECT_EQ(made.failure(), nullptr);
    EXPECT_EQ(*std::move(made).get(), 7);
    auto done = tried(attempt(nothing()));
    EXPECT_TRUE(done);
    std::move(done).get();
}

TEST(Attempt, KeepsWhatWasThrownUntilItIsAskedFor)
{
    auto made = tried(attempt(refused()));
    ASSERT_FALSE(made);
    ASSERT_NE(made.failure_as<error>(), nullptr);
    EXPECT_EQ(made.failure_as<error>()->kind(), error_kind::not_found);
    EXPECT_NE(made.failure_as<std::exception>(), nullptr); // its base
    EXPECT_EQ(made.failure_as<std::runtime_error>(), nullptr);
    EXPECT_THROW(std::move(made).get(), error);
}

TEST(Attempt, LetsTheCallerAwaitBeforeItDealsWithTheFailure)
{
    asio::io_context context;
    std::string order;
    const auto work = [&]() -> task<int> {
        auto tried = co_await attempt(refused());
        order += "failed, ";
        co_await nothing();
        order += "awaited, ";
        co_return std::move(tried).get();
    };
    EXPECT_THROW(testing::run_task(context, work()), error);
    EXPECT_EQ(order, "failed, awaited, ");
}

TEST(Attempt, KeepsACoroutineThatCapturesAliveWhileItRuns)
{
    const auto work = [](std::string text) {
        return attempt([text = std::move(text)]() -> task<std::size_t> {
            co_await next_turn();
            co_return text.size();
        });
    };
    EXPECT_EQ(tried(work(std::string(100, 'x'))).get(), 100U);
}

TEST(Attempt, RunsPlainWorkAtOnce)
{
    EXPECT_EQ(attempt([] { return std::string{"made"}; }).get(), "made");
    EXPECT_TRUE(attempt([] {}));
    auto failed = attempt([]() -> int { throw std::runtime_error{"no"}; });
    EXPECT_FALSE(failed);
    EXPECT_STREQ(failed.failure_as<std::runtime_error>()->what(), "no");
}

TEST(ExceptionAs, IsNullForNoException)
{
    EXPECT_EQ(exception_as<error>(nullptr), nullptr);
}

} // namespace
} // namespace lightdash
