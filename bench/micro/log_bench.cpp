// What one access line costs whoever logs it: its text, and handing it to the thread that writes, while that one gets
// through and while nobody reads.
#include "core/log/log_line.hpp"
#include "core/log/log_writer.hpp"

#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <unistd.h>

#include <string>

namespace lightdash::log {
namespace {

constexpr std::size_t queue_bytes = std::size_t{512} << 10;

void append_access_line(std::string& out)
{
    append_json(out, utc_now(), level::info, "request",
                {{"request_id", "3fa85f64-5717-4562-b3fc-2c963f66afa6"},
                 {"method", "GET"},
                 {"target", "/api/v1/dashboards/3fa85f64-5717-4562-b3fc-2c963f66afa6"},
                 {"route", "/api/v1/dashboards/{dashboard}"},
                 {"status", 200},
                 {"bytes", 2048},
                 {"ms", 1.234567},
                 {"queries", 2},
                 {"rows", 1},
                 {"db_ms", 0.987654},
                 {"pool_wait_ms", 0.0},
                 {"client", "127.0.0.1"}});
}

void text_of_access_line(benchmark::State& state)
{
    std::string line;
    for (auto _ : state) {
        line.clear();
        append_access_line(line);
        benchmark::DoNotOptimize(line.data());
    }
}

void push_to(benchmark::State& state, int descriptor)
{
    log_writer writer{descriptor, queue_bytes, [](std::string&, std::uint64_t) {}};
    std::string line;
    append_access_line(line);
    for (auto _ : state)
        writer.push(line);
    state.counters["dropped"] =
        benchmark::Counter(static_cast<double>(writer.dropped()), benchmark::Counter::kAvgIterations);
}

void push_while_it_is_read(benchmark::State& state)
{
    const int nothing = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
    push_to(state, nothing);
    ::close(nothing);
}

void push_while_nobody_reads(benchmark::State& state)
{
    int ends[2];
    if (::pipe(ends) != 0)
        return state.SkipWithError("no pipe");
    push_to(state, ends[1]);
    ::close(ends[0]);
    ::close(ends[1]);
}

BENCHMARK(text_of_access_line);
BENCHMARK(push_while_it_is_read);
BENCHMARK(push_while_nobody_reads);

} // namespace
} // namespace lightdash::log
