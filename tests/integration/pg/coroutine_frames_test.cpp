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

namespace lightdash::pg {
namespace {

constexpr std::size_t times = 10;
const statement one{"frames.one", "SELECT 1"};

task<std::size_t> nested(int depth)
{
    if (depth > 1)
        co_return co_await nested(depth - 1);
    co_await asio::this_coro::executor;
    co_return frames;
}

// Frames per call of `ask`, once everything is prepared and connected.
template <class Ask>
task<double> frames_of(Ask ask)
{
    co_await ask();
    const auto before = frames;
    for (std::size_t i = 0; i < times; ++i)
        co_await ask();
    const auto outermost = times; // of `ask` itself
    co_return static_cast<double>(frames - before - outermost) / static_cast<double>(times);
}

TEST(CoroutineFrames, AreCounted)
{
    world w;
    w.up();
    const auto before = frames;
    const auto outside = w.run(nested(1)) - before;
    const auto from = frames;
    EXPECT_EQ(w.run(nested(4)) - from, outside + 3);
}

TEST(CoroutineFrames, AStatementOnAConnectionOfItsOwnTakesAtMostThree)
{
    world w;
    w.up();
    const auto asked = [&w]() -> task<void> {
        auto exclusive = w.db->exclusive(deadline::after(5s));
        co_await exclusive->one<std::int32_t>(one);
    };
    EXPECT_LE(w.run(frames_of(asked)), 3);
}

TEST(CoroutineFrames, AReadOnTheLaneTakesAtMostTwo)
{
    world w;
    w.up();
    const auto asked = [&w]() -> task<void> {
        auto reads = w.db->reads(deadline::after(5s));
        co_await reads->one<std::int32_t>(one);
    };
    EXPECT_LE(w.run(frames_of(asked)), 2);
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
    EXPECT_LE(w.run(frames_of(asked)), 6); // begin, three of the statement, two of the commit
}

} // namespace
} // namespace lightdash::pg
#endif
