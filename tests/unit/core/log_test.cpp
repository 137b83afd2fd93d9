// Log lines as text, and a writer that nobody waits for and whose queue drops the oldest.
#include "lightdash/core/log.hpp"

#include "core/log/log_line.hpp"
#include "core/log/log_writer.hpp"
#include "lightdash/core/error.hpp"
#include "lightdash/core/secret.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <malloc.h>
#include <sstream>
#include <thread>

namespace lightdash::log {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

static_assert(!std::is_constructible_v<field, std::string_view, secret>, "a secret must not become a field");
static_assert(std::is_constructible_v<field, std::string_view, std::string>);

constexpr utc_time noon{std::chrono::microseconds{1'795'348'800'000'042}};

std::string json(std::string_view message, fields values = {})
{
    std::string line;
    append_json(line, noon, level::info, message, values);
    return line;
}

std::string pretty(std::string_view message, fields values = {}, bool colour = false)
{
    std::string line;
    append_pretty(line, noon, level::warn, message, values, colour);
    return line;
}

TEST(LogLine, IsOneJsonObjectWithTypedFields)
{
    EXPECT_EQ(
        json("Listening", {{"address", "127.0.0.1"},
                           {"port", 8080},
                           {"big", std::numeric_limits<std::uint64_t>::max()},
                           {"small", std::numeric_limits<std::int64_t>::min()},
                           {"seconds", 0.25},
                           {"ready", true},
                           {"ratio", std::nan("")}}),
        R"({"time":"2026-11-22T12:00:00.000042Z","level":"info","msg":"Listening","address":"127.0.0.1","port":8080,)"
        R"("big":18446744073709551615,"small":-9223372036854775808,"seconds":0.25,"ready":true,"ratio":null})"
        "\n");
}

TEST(LogLine, EscapesWhatWouldBreakTheLine)
{
    const std::string nul{"a\0b", 3};
    EXPECT_THAT(json("quote \" slash \\ line\nreturn\rtab\tbell\a"),
                HasSubstr(R"("msg":"quote \" slash \\ line\nreturn\rtab\tbell\u0007")"));
    EXPECT_THAT(json(nul), HasSubstr(R"("a\u0000b")"));
    EXPECT_THAT(json("del \x7f, C1 \xC2\x9B"), HasSubstr(R"("del \u007f, C1 \u009b")"));
    EXPECT_THAT(json("grüße, 東京, 🐘"), HasSubstr(R"("grüße, 東京, 🐘")"));
}

TEST(LogLine, ReplacesBytesThatAreNotUtf8)
{
    const std::string bad = "\xEF\xBF\xBD";
    EXPECT_THAT(json("a\xFFz"), HasSubstr("\"a" + bad + "z\""));
    EXPECT_THAT(json("\xC0\xAF"), HasSubstr("\"" + bad + bad + "\""));                     // overlong
    EXPECT_THAT(json("\xED\xA0\x80"), HasSubstr("\"" + bad + bad + bad + "\""));           // surrogate
    EXPECT_THAT(json("\xF4\x90\x80\x80"), HasSubstr("\"" + bad + bad + bad + bad + "\"")); // past U+10FFFF
    EXPECT_THAT(json("cut \xE6\x9D"), HasSubstr("\"cut " + bad + "\""));                   // one part
}

TEST(LogLine, CutsTextsThatAreTooLongBetweenCharacters)
{
    const std::string line = json(std::string(longest_text - 1, 'x') + "ü and more");
    EXPECT_THAT(line, HasSubstr("x…\"")) << line.substr(line.size() - 40);
    EXPECT_LT(line.size(), longest_text + 200);
}

TEST(LogLine, ForPeopleQuotesOnlyWhatNeedsIt)
{
    EXPECT_EQ(
        pretty("Slow query",
               {{"statement", "dashboards.by_id"}, {"ms", 212}, {"note", "two words"}, {"empty", ""}, {"eq", "a=b"}}),
        "2026-11-22T12:00:00.000Z WARN  Slow query statement=dashboards.by_id ms=212 note=\"two words\" empty=\"\" "
        "eq=\"a=b\"\n");
    EXPECT_THAT(pretty("m", {{"x", "\x1b[31m"}}), HasSubstr(R"(x="\u001b[31m")"));
    EXPECT_THAT(pretty("two\nlines"), HasSubstr(R"(two\nlines)"));
    EXPECT_THAT(pretty("m", {}, true), HasSubstr("\x1b[33mWARN \x1b[0m m"));
    EXPECT_THAT(pretty("m"), testing::Not(HasSubstr("\x1b")));
}

TEST(LogNames, AreReadAndRefused)
{
    EXPECT_EQ(parse_level("warn"), level::warn);
    EXPECT_EQ(parse_level("WARN"), std::nullopt);
    EXPECT_EQ(parse_format("json"), format::json);
    EXPECT_EQ(parse_format("pretty"), format::pretty);
    EXPECT_EQ(parse_format("xml"), std::nullopt);
}

struct pipe_ends {
    int read_end = -1, write_end = -1;
    // The smallest pipe is full after one page.
    explicit pipe_ends(int bytes = 4096)
    {
        int ends[2];
        if (::pipe(ends) != 0)
            std::abort();
        read_end = ends[0];
        write_end = ends[1];
        ::fcntl(write_end, F_SETPIPE_SZ, bytes);
    }
    pipe_ends(const pipe_ends&) = delete;
    ~pipe_ends()
    {
        close_reader();
        ::close(write_end);
    }
    void close_reader()
    {
        if (read_end >= 0)
            ::close(read_end);
        read_end = -1;
    }
    std::string read_some() const
    {
        std::string text(65536, '\0');
        const ssize_t size = ::read(read_end, text.data(), text.size());
        text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
        return text;
    }
};

void note_dropped(std::string& out, std::uint64_t dropped)
{
    out += "dropped " + std::to_string(dropped) + "\n";
}

TEST(LogWriter, WritesEveryLineInOrder)
{
    pipe_ends pipe;
    std::string expected;
    std::string got;
    log_writer writer{pipe.write_end, 1 << 20, note_dropped};
    std::thread reader{[&] {
        for (std::string some; !(some = pipe.read_some()).empty();) {
            got += some;
            if (got.ends_with("line 4999\n"))
                return;
        }
    }};
    for (int i = 0; i < 5000; ++i) {
        const std::string line = "line " + std::to_string(i) + "\n";
        expected += line;
        writer.push(line);
    }
    writer.finish(5s);
    reader.join();
    EXPECT_EQ(got, expected);
    EXPECT_EQ(writer.dropped(), 0U);
}

TEST(LogWriter, NeverBlocksOnAFullPipeAndTellsHowMuchItDropped)
{
    pipe_ends pipe;
    log_writer writer{pipe.write_end, 64 * 1024, note_dropped};
    constexpr std::uint64_t pushed = 200'000;
    const std::string line = std::string(99, 'x') + "\n";
    const auto begin = std::chrono::steady_clock::now();
    for (std::uint64_t i = 0; i < pushed; ++i)
        writer.push(line);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s); // 2 MB/s; a writer that waits for the pipe never ends
    EXPECT_GT(writer.dropped(), pushed / 2);

    std::string got;
    std::thread reader{[&] {
        while (!got.ends_with("last\n"))
            got += pipe.read_some();
    }};
    writer.push("last\n");
    writer.finish(5s);
    reader.join();

    std::uint64_t lines = 0;
    std::uint64_t told = 0;
    for (std::size_t at = 0; at < got.size(); at = got.find('\n', at) + 1, ++lines) {
        if (got.compare(at, 8, "dropped ") == 0) {
            told += std::strtoull(got.c_str() + at + 8, nullptr, 10);
            --lines;
        }
    }
    EXPECT_EQ(told, writer.dropped());
    EXPECT_EQ(lines + told, pushed + 1);
}

TEST(LogWriter, KeepsTheNewestInOrder)
{
    pipe_ends pipe;
    log_writer writer{pipe.write_end, 16 * 1024, note_dropped};
    constexpr int pushed = 5000;
    for (int i = 0; i <= pushed; ++i)
        writer.push("line " + std::to_string(i) + "\n");

    std::string got;
    std::thread reader{[&] {
        while (got.find("line 5000\n") == std::string::npos)
            got += pipe.read_some();
    }};
    writer.finish(5s);
    reader.join();
    ::fcntl(pipe.read_end, F_SETFL, O_NONBLOCK);
    got += pipe.read_some(); // what was dropped last

    std::istringstream lines{got};
    int last = -1, told = 0, missing = 0;
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("dropped ")) {
            told += std::stoi(line.substr(8));
            continue;
        }
        const int number = std::stoi(line.substr(5));
        ASSERT_GT(number, last);
        missing += number - last - 1;
        last = number;
    }
    EXPECT_EQ(last, pushed);
    EXPECT_EQ(missing, told);
    EXPECT_GT(missing, pushed / 2);
}

TEST(LogWriter, HoldsNoMoreThanItsQueueWhenLinesAreLong)
{
    pipe_ends pipe;
    constexpr std::size_t queue_bytes = 1 << 20;
    log_writer writer{pipe.write_end, queue_bytes, note_dropped};
    const auto before = ::mallinfo2().uordblks + ::mallinfo2().hblkhd;
    const std::string line = std::string(8191, 'x') + "\n";
    for (int i = 0; i < 4000; ++i)
        writer.push(line);
    EXPECT_LT(::mallinfo2().uordblks + ::mallinfo2().hblkhd, before + 2 * queue_bytes);
    EXPECT_GT(writer.dropped(), 3800U);
    writer.push("short\n"); // has room still

    std::string got;
    std::thread reader{[&] {
        while (!got.ends_with("short\n"))
            got += pipe.read_some();
    }};
    writer.finish(5s);
    reader.join();
    EXPECT_EQ(static_cast<std::uint64_t>(std::ranges::count(got, 'x') / 8191) + writer.dropped(), 4000U);
}

TEST(LogWriter, GivesUpAtTheEndWhenNobodyReads)
{
    pipe_ends pipe;
    log_writer writer{pipe.write_end, 1 << 20, note_dropped};
    for (int i = 0; i < 1000; ++i)
        writer.push(std::string(99, 'x') + "\n");
    const auto begin = std::chrono::steady_clock::now();
    writer.finish(100ms);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 2s);
    EXPECT_GT(writer.dropped(), 0U);
}

TEST(LogWriter, SurvivesAReaderThatWentAway)
{
    pipe_ends pipe;
    pipe.close_reader();
    log_writer writer{pipe.write_end, 1 << 16, note_dropped};
    writer.push("nobody reads this\n");
    writer.finish(2s);
    EXPECT_EQ(writer.dropped(), 1U);
    writer.push("too late\n");
    EXPECT_EQ(writer.dropped(), 2U);
}

TEST(LogWriter, NeverBlocksOnAFullSocket)
{
    int ends[2];
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    log_writer writer{ends[1], 1 << 16, note_dropped};
    for (int i = 0; i < 20'000; ++i)
        writer.push(std::string(99, 'x') + "\n");
    const auto begin = std::chrono::steady_clock::now();
    writer.finish(50ms);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 2s);
    ::close(ends[0]);
    ::close(ends[1]);
}

// Puts a pipe in the place of stderr for its life.
class captured_stderr {
public:
    captured_stderr() : saved_(::dup(STDERR_FILENO)) { ::dup2(pipe_.write_end, STDERR_FILENO); }
    ~captured_stderr() { restore(); }
    std::string text()
    {
        restore();
        ::fcntl(pipe_.read_end, F_SETFL, O_NONBLOCK);
        return pipe_.read_some();
    }

private:
    void restore()
    {
        if (saved_ < 0)
            return;
        ::dup2(saved_, STDERR_FILENO);
        ::close(saved_);
        saved_ = -1;
    }
    pipe_ends pipe_{65536};
    int saved_;
};

TEST(Log, WritesFromItsLeastLevelUpwardsToStderr)
{
    captured_stderr captured;
    start(level::warn, format::json);
    EXPECT_FALSE(enabled(level::info));
    EXPECT_TRUE(enabled(level::error));
    info("not this");
    warn("but this", {{"n", 1}});
    stop();
    stop();
    start(level::info, format::pretty);
    info("and this");
    stop();
    const std::string text = captured.text();
    EXPECT_THAT(text, HasSubstr(R"("level":"warn","msg":"but this","n":1})"));
    EXPECT_THAT(text, HasSubstr("INFO  and this\n"));
    EXPECT_THAT(text, testing::Not(HasSubstr("not this")));
}

TEST(Log, WritesSynchronouslyWhileItIsStopped)
{
    captured_stderr captured;
    error("before start");
    EXPECT_THAT(captured.text(), HasSubstr("ERROR before start\n"));
}

TEST(Log, SaysInItsOwnShapeHowManyLinesWereDropped)
{
    captured_stderr captured;
    start(level::info, format::json);
    const auto before = dropped_lines();
    for (int i = 0; i < 50'000; ++i)
        info(std::string(200, 'x'));
    EXPECT_GT(dropped_lines(), before);
    stop();
    EXPECT_GT(dropped_lines(), before + 30'000);
}

} // namespace
} // namespace lightdash::log
