// One-row reads per second through the shared read lane, in one process, beside exclusive connections.
//
//     pg_lane_bench CONNINFO [CALLERS] [SECONDS]
//
// Compare with: pgbench -n -M prepared -c 10 -f a file that holds the same statement.
#include "lightdash/async/offload.hpp"
#include "lightdash/async/timer_wheel.hpp"
#include "lightdash/pg/database.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <fmt/core.h>

#include <algorithm>
#include <cstdlib>
#include <vector>

namespace {

using namespace lightdash;
using clock_type = std::chrono::steady_clock;

const pg::statement one_row{"bench.one_row", "SELECT abalance FROM pgbench_accounts WHERE aid = $1"};

struct run {
    pg::database& db;
    bool lane;
    clock_type::time_point end;
    std::uint64_t answered = 0;
    std::uint64_t failed = 0;
    std::vector<std::chrono::nanoseconds> times;
};

task<void> ask_until_the_end(run& r, std::int32_t first)
{
    for (auto key = first; clock_type::now() < r.end; key = key % 100'000 + 1) {
        const auto until = deadline::after(std::chrono::seconds{10});
        const auto started = clock_type::now();
        try {
            auto session = r.lane ? r.db.reads(until) : r.db.exclusive(until);
            co_await session->one<std::int32_t>(one_row, key);
            ++r.answered;
        } catch (const error&) {
            ++r.failed;
        }
        r.times.push_back(clock_type::now() - started);
    }
}

void measure(asio::io_context& context, pg::database& db, bool lane, int callers, std::chrono::seconds time)
{
    run r{db, lane, clock_type::now() + time, 0, 0, {}};
    r.times.reserve(2'000'000);
    const auto before = db.stats();
    for (int i = 0; i < callers; ++i)
        asio::co_spawn(context, ask_until_the_end(r, i * 97 + 1), asio::detached);
    context.restart();
    while (clock_type::now() < r.end + std::chrono::milliseconds{200})
        context.run_one_for(std::chrono::milliseconds{100});
    const auto after = db.stats();
    std::ranges::sort(r.times);
    const auto at = [&](double share) {
        return std::chrono::duration<double, std::milli>{
            r.times[static_cast<std::size_t>(share * static_cast<double>(r.times.size() - 1))]}
            .count();
    };
    fmt::print("{:10} callers {:5}  {:8.0f}/s  p50 {:.2f} ms  p99 {:.2f} ms  p99.9 {:.2f} ms  failed {}  batches {}  "
               "overflow {}  resent {}\n",
               lane ? "lane" : "exclusive", callers,
               static_cast<double>(r.answered) / static_cast<double>(time.count()), at(.5), at(.99), at(.999), r.failed,
               after.lane_batches - before.lane_batches, after.lane_overflow - before.lane_overflow,
               after.lane_resent - before.lane_resent);
}

} // namespace

int main(int count, char** arguments)
{
    if (count < 2) {
        fmt::print(stderr, "usage: pg_lane_bench CONNINFO [CALLERS] [SECONDS]\n");
        return 2;
    }
    const int callers = count > 2 ? std::atoi(arguments[2]) : 64;
    const std::chrono::seconds time{count > 3 ? std::atoi(arguments[3]) : 3};
    asio::io_context context{1};
    timer_wheel clocks{context};
    offload_pool blocking{context, 1, 16};
    pg::connection_options connection;
    connection.conninfo = secret{arguments[1]};
    pg::pool_options options;
    options.queue_limit = 10'000;
    pg::database db{context, clocks, blocking, connection, options};
    db.start();
    measure(context, db, true, callers, std::chrono::seconds{1});
    measure(context, db, true, callers, time);
    measure(context, db, false, callers, time);
}
