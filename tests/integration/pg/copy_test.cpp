// COPY on one connection: the only thing done outside pipeline mode.
#include "connection_fixture.hpp"

#include <numeric>

namespace lightdash::pg {
namespace {

class copy_test : public connection_fixture {
protected:
    std::unique_ptr<connection> open_with_table()
    {
        auto line = open();
        control(*line, "CREATE TEMPORARY TABLE copied (n integer, t text)");
        return line;
    }
};

const statement in{"test.copy_in", "COPY copied FROM STDIN"};
const statement out{"test.copy_out", "COPY (SELECT n, t FROM copied ORDER BY n) TO STDOUT"};
const statement count{"test.count", "SELECT count(*) FROM copied"};

TEST_F(copy_test, CopiesInAndOut)
{
    auto line = open_with_table();
    int sent = 0;
    const auto chunks = [&]() -> std::optional<std::string> {
        if (sent == 1000)
            return std::nullopt;
        ++sent;
        return std::to_string(sent) + "\trow\n";
    };
    EXPECT_EQ(run(line->copy_in(in, chunks, deadline::after(10s))), 1000U);
    EXPECT_TRUE(line->reusable());
    EXPECT_EQ(value<std::int64_t>(*line, count), 1000);

    std::string got;
    EXPECT_EQ(run(line->copy_out(out, [&](std::string_view row) { got += row; }, deadline::after(10s))), 1000U);
    EXPECT_TRUE(got.starts_with("1\trow\n2\trow\n"));
    EXPECT_TRUE(line->reusable());
}

TEST_F(copy_test, CopiesMoreThanTheSocketHolds)
{
    auto line = open_with_table();
    const std::string chunk = [] {
        std::string rows;
        for (int i = 0; i < 1000; ++i)
            rows += std::to_string(i) + '\t' + std::string(100, 'x') + '\n';
        return rows;
    }();
    int sent = 0;
    const auto chunks = [&]() -> std::optional<std::string> {
        return sent++ < 300 ? std::optional{chunk} : std::nullopt;
    };
    EXPECT_EQ(run(line->copy_in(in, chunks, deadline::after(25s))), 300'000U);
    std::size_t bytes = 0;
    EXPECT_EQ(
        run(line->copy_out(out, [&](std::string_view row) { bytes += row.size(); }, deadline::after(25s))), 300'000U);
    EXPECT_EQ(bytes, 300 * chunk.size());
}

TEST_F(copy_test, WorksInsideATransaction)
{
    auto line = open_with_table();
    control(*line, "BEGIN");
    bool first = true;
    const auto chunks = [&]() -> std::optional<std::string> {
        return std::exchange(first, false) ? std::optional<std::string>{"1\ta\n"} : std::nullopt;
    };
    EXPECT_EQ(run(line->copy_in(in, chunks, deadline::after(5s))), 1U);
    EXPECT_EQ(line->status(), connection::transaction_status::open);
    control(*line, "ROLLBACK");
    EXPECT_EQ(value<std::int64_t>(*line, count), 0);
}

TEST_F(copy_test, ReportsARowThatTheServerRefusesAndStaysUsable)
{
    auto line = open_with_table();
    bool first = true;
    const auto chunks = [&]() -> std::optional<std::string> {
        return std::exchange(first, false) ? std::optional<std::string>{"no number\ta\n"} : std::nullopt;
    };
    EXPECT_EQ(kind_of([&] { run(line->copy_in(in, chunks, deadline::after(5s))); }), error_kind::invalid_value);
    EXPECT_TRUE(line->reusable());
    static const statement wrong{"test.wrong", "COPY no_such_table FROM STDIN"};
    EXPECT_THROW(run(line->copy_in(wrong, chunks, deadline::after(5s))), error);
    EXPECT_TRUE(line->reusable());
    EXPECT_EQ(kind_of([&] { run(line->copy_in(count, chunks, deadline::after(5s))); }), error_kind::database_error);
    EXPECT_TRUE(line->reusable());
}

TEST_F(copy_test, AFailingSourceCopiesNothingAndIsRethrown)
{
    auto line = open_with_table();
    int sent = 0;
    const auto chunks = [&]() -> std::optional<std::string> {
        if (++sent == 3)
            throw std::domain_error{"no more"};
        return "1\ta\n";
    };
    EXPECT_THROW(run(line->copy_in(in, chunks, deadline::after(5s))), std::domain_error);
    EXPECT_TRUE(line->reusable());
    EXPECT_EQ(value<std::int64_t>(*line, count), 0);
}

TEST_F(copy_test, AFailingSinkBreaksTheConnection)
{
    static const statement endless{"test.endless", "COPY (SELECT generate_series(1, 100000000)) TO STDOUT"};
    auto line = open();
    int seen = 0;
    const auto take = [&](std::string_view) {
        if (++seen == 10)
            throw std::domain_error{"enough"};
    };
    EXPECT_THROW(run(line->copy_out(endless, take, deadline::after(5s))), std::domain_error);
    EXPECT_TRUE(line->broken());
}

TEST_F(copy_test, StopsAtItsDeadline)
{
    static const statement endless{"test.endless", "COPY (SELECT pg_sleep(1) FROM generate_series(1, 100)) TO STDOUT"};
    auto line = open();
    const auto began = std::chrono::steady_clock::now();
    EXPECT_EQ(kind_of([&] { run(line->copy_out(endless, [](std::string_view) {}, deadline::after(200ms))); }),
              error_kind::deadline_exceeded);
    EXPECT_LT(std::chrono::steady_clock::now() - began, 1s);
    EXPECT_TRUE(line->broken());
}

} // namespace
} // namespace lightdash::pg
