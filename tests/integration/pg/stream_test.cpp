// Rows as they arrive, with memory bounded by what was not taken yet.
#include "connection_fixture.hpp"

#include <malloc.h>

#include <algorithm>
#include <string>

namespace lightdash::pg {
namespace {

class stream_test : public connection_fixture {
protected:
    // What is allocated, not what is resident: a sanitizer keeps freed memory for a while.
    static std::size_t allocated_kilobytes()
    {
        const auto heap = ::mallinfo2();
        return (heap.uordblks + heap.hblkhd) / 1024;
    }
    task<std::unique_ptr<row_source>> rows_of(connection& on, const statement& what,
                                              deadline until = deadline::after(25s))
    {
        return on.stream(command::of(what, {}), until);
    }
};

const statement million{"test.million", "SELECT i, repeat('x', 100) FROM generate_series(1, 1000000) i"};
const statement few{"test.few", "SELECT i FROM generate_series(1, 1000) i"};
const statement one{"test.one", "SELECT 1"};

TEST_F(stream_test, HandsOutEveryRowOnceInOrder)
{
    auto line = open();
    const auto read = [&]() -> task<std::int64_t> {
        auto source = co_await rows_of(*line, few);
        row_stream<std::int32_t> rows{std::move(source)};
        std::int32_t expected = 1;
        for (;;) {
            const auto row = co_await rows.next();
            if (!row)
                break;
            EXPECT_EQ(*row, expected++);
        }
        co_return expected - 1;
    };
    EXPECT_EQ(run(read()), 1000);
    EXPECT_TRUE(line->reusable());
    EXPECT_EQ(run(read()), 1000) << "and again, prepared";
}

TEST_F(stream_test, AMillionRowsTakeBoundedMemory)
{
    auto line = open();
    const auto before = allocated_kilobytes();
    std::size_t most = 0;
    const auto read = [&]() -> task<std::size_t> {
        auto source = co_await rows_of(*line, million);
        std::size_t rows = 0;
        for (;;) {
            const auto part = co_await source->next();
            if (part.rows() == 0)
                break;
            EXPECT_LE(part.rows(), 256U);
            rows += part.rows();
            most = std::max(most, allocated_kilobytes());
        }
        co_return rows;
    };
    EXPECT_EQ(run(read()), 1'000'000U);
    EXPECT_LT(most, before + 8192) << "kilobytes for 100 MB of rows";
}

TEST_F(stream_test, WhatIsNotTakenStaysInTheServer)
{
    auto line = open();
    auto source = run(rows_of(*line, million));
    EXPECT_GT(run(source->next()).rows(), 0U);
    const auto before = allocated_kilobytes();
    turn(300ms);
    EXPECT_LT(allocated_kilobytes(), before + 4096);
    EXPECT_TRUE(line->busy());
}

TEST_F(stream_test, AStreamThatIsGivenUpLeavesAConnectionThatCanBeCleaned)
{
    auto line = open();
    auto source = run(rows_of(*line, million));
    EXPECT_GT(run(source->next()).rows(), 0U);
    source.reset();
    EXPECT_TRUE(line->busy());
    EXPECT_TRUE(run(line->clean(deadline::after(2s))));
    EXPECT_TRUE(line->reusable());
    EXPECT_EQ(value<std::int32_t>(*line, one), 1);
}

TEST_F(stream_test, ThrowsWhatTheServerRefusesInTheMiddle)
{
    static const statement fails{"test.fails", "SELECT 1 / (500 - i) FROM generate_series(1, 1000) i"};
    auto line = open();
    auto source = run(rows_of(*line, fails));
    const auto read = [&]() -> task<std::size_t> {
        std::size_t rows = 0;
        for (;;) {
            const auto part = co_await source->next();
            if (part.rows() == 0)
                co_return rows;
            rows += part.rows();
        }
    };
    EXPECT_EQ(kind_of([&] { run(read()); }), error_kind::database_error);
    EXPECT_TRUE(line->reusable());
}

TEST_F(stream_test, RunsInsideATransactionThatTravelsWithIt)
{
    auto line = open();
    auto b = std::make_unique<batch>();
    b->commands.push_back(command::plain("BEGIN"));
    b->commands.push_back(command::of(few, {}));
    auto source = run(line->stream(std::move(b), deadline::after(5s)));
    const auto read = [&]() -> task<std::size_t> {
        std::size_t rows = 0;
        for (;;) {
            const auto part = co_await source->next();
            if (part.rows() == 0)
                co_return rows;
            rows += part.rows();
        }
    };
    EXPECT_EQ(run(read()), 1000U);
    EXPECT_EQ(line->status(), connection::transaction_status::open);
}

TEST_F(stream_test, StopsAtItsDeadline)
{
    static const statement slow{"test.slow", "SELECT i, pg_sleep(0.05) FROM generate_series(1, 1000) i"};
    auto line = open();
    auto source = run(rows_of(*line, slow, deadline::after(200ms)));
    const auto read = [&]() -> task<void> {
        for (;;)
            co_await source->next();
    };
    EXPECT_EQ(kind_of([&] { run(read()); }), error_kind::deadline_exceeded);
    EXPECT_EQ(kind_of([&] { run(source->next()); }), error_kind::deadline_exceeded);
    EXPECT_TRUE(run(line->clean(deadline::after(2s))));
}

TEST_F(stream_test, ToldWhenTheConnectionBreaks)
{
    auto line = open();
    auto source = run(rows_of(*line, million));
    EXPECT_GT(run(source->next()).rows(), 0U);
    line.reset();
    const auto read = [&]() -> task<void> {
        for (int i = 0; i < 5; ++i)
            co_await source->next();
    };
    EXPECT_EQ(kind_of([&] { run(read()); }), error_kind::database_unavailable);
}

} // namespace
} // namespace lightdash::pg
