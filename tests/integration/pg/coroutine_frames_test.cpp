// How many coroutine frames a statement takes: each is memory, and a step on the way there and back.
#include <boost/asio/awaitable.hpp>

// Of code that is not optimized the linker takes this definition instead of the inline ones, in every file.
#if !defined(__OPTIMIZE__)
namespace {
std::size_t frames = 0;
} // namespace

template <>
void* boost::asio::detail::awaitable_frame_base<boost::asio::any_io_executor>::operator new(std::size_t size)
{
    ++frames;
    return thread_info_base::allocate(thread_info_base::awaitable_frame_tag(),
                                      thread_context::top_of_thread_call_stack(), size);
}

#include "pool_fixture.hpp"

#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <limits>

namespace lightdash::pg {
namespace {

const statement one{"frames.one", "SELECT 1"};

task<void> nested(int depth)
{
    if (depth > 1)
        co_await nested(depth - 1);
    else
        co_await asio::this_coro::executor;
}

// Frames of a call of `ask`, once everything is prepared and connected. The pool's own work in the background makes
// some now and then: the least of several calls has none of them.
template <class Ask>
task<std::size_t> frames_of(Ask ask)
{
    co_await ask();
    auto least = std::numeric_limits<std::size_t>::max();
    for (int i = 0; i < 20; ++i) {
        const auto before = frames;
        co_await ask();
        least = std::min(least, frames - before - 1); // but that of `ask` itself
    }
    co_return least;
}

TEST(CoroutineFrames, AreCounted)
{
    world w;
    w.up();
    EXPECT_EQ(w.run(frames_of([] { return nested(1); })), 0U);
    EXPECT_EQ(w.run(frames_of([] { return nested(4); })), 3U);
}

TEST(CoroutineFrames, AStatementOnAConnectionOfItsOwnTakesAtMostThree)
{
    world w;
    w.up();
    const auto asked = [&w]() -> task<void> {
        auto exclusive = w.db->exclusive(deadline::after(5s));
        co_await exclusive->one<std::int32_t>(one);
    };
    EXPECT_LE(w.run(frames_of(asked)), 3U);
}

TEST(CoroutineFrames, AReadOnTheLaneTakesAtMostTwo)
{
    world w;
    w.up();
    const auto asked = [&w]() -> task<void> {
        auto reads = w.db->reads(deadline::after(5s));
        co_await reads->one<std::int32_t>(one);
    };
    EXPECT_LE(w.run(frames_of(asked)), 2U);
}

TEST(CoroutineFrames, ATransactionOfOneStatementTakesAtMostSix)
{
    world w;
    w.up();
    const auto asked = [&w]() -> task<void> {
        auto tx = co_await w.db->begin({}, deadline::after(5s));
        co_await tx.one<std::int32_t>(one);
        co_await tx.commit();
    };
    EXPECT_LE(w.run(frames_of(asked)), 6U); // begin, three of the statement, two of the commit
}

} // namespace
} // namespace lightdash::pg
#endif
