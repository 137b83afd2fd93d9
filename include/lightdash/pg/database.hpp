// PostgreSQL as this program sees it: a pool of non-blocking connections, a lane for shared reads, transactions.
#pragma once

#include "lightdash/async/offload.hpp"
#include "lightdash/async/task.hpp"
#include "lightdash/async/timer_wheel.hpp"
#include "lightdash/core/deadline.hpp"
#include "lightdash/pg/options.hpp"
#include "lightdash/pg/session.hpp"
#include "lightdash/pg/transaction.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace lightdash::pg {

enum class availability : unsigned char { starting, up, down, stopped };

// Counters only grow. used + idle + lanes + connecting + cleaning + closing <= max, always.
struct pool_stats {
    availability state = availability::starting;
    std::size_t max = 0, min = 0, idle = 0, used = 0, lanes = 0, connecting = 0, cleaning = 0, closing = 0, waiting = 0;
    std::uint64_t acquired = 0, acquire_timeouts = 0, queue_refusals = 0, unavailable_refusals = 0;
    std::uint64_t connects = 0, connect_failures = 0;
    std::uint64_t closed_idle = 0, closed_lifetime = 0, closed_broken = 0, closed_dirty = 0;
    std::uint64_t statements = 0, prepares = 0, statement_cache_hits = 0, statement_repairs = 0;
    std::uint64_t lane_batches = 0, lane_statements = 0, lane_resent = 0, lane_overflow = 0;
    std::uint64_t transaction_retries = 0, cancels = 0, commits_in_doubt = 0, long_holds = 0;
    std::chrono::nanoseconds acquire_wait{0};
    // How long statements took, cumulative counts per bucket of query_seconds_buckets plus the overflow.
    static constexpr std::array query_seconds_buckets{.001, .005, .01, .05, .1, .5, 1., 5., 10.};
    std::array<std::uint64_t, query_seconds_buckets.size() + 1> query_seconds{};
    std::chrono::nanoseconds query_time{0};
};

// What happened to the pool, for the log: called on the loop, must not throw.
struct pool_event {
    enum class kind : unsigned char {
        connected,
        connect_failed,
        went_down,
        came_up,
        connection_lost,
        became_read_only,
        long_hold,
        notice
    };
    kind what;
    std::string text; // never a DSN
};

class database {
public:
    using listener = std::function<void(const pool_event&)>;

    database(asio::io_context& context, timer_wheel& clocks, offload_pool& blocking, connection_options connection,
             pool_options pool, listener on_event = {});
    database(const database&) = delete;
    database& operator=(const database&) = delete;
    ~database();

    // Begins to fill the pool up to `min` and returns at once; the pool finds PostgreSQL by itself when it comes.
    void start();
    // Waits until one connection answered. Throws the last connect error when `until` passes, and at once when waiting
    // cannot mend it.
    task<void> wait_until_up(deadline until);
    // The same, but the first failed attempt ends it too, as in psql, unless the server says that it is starting or
    // full at the moment.
    task<void> connect_once(deadline until);
    // Closes every connection as soon as nobody uses it, and opens new ones as they are needed: for who has changed the
    // settings of their sessions.
    void renew();
    // No new borrower is served; waits for the borrowed until `until`, then closes all with Terminate messages.
    task<void> stop(deadline until);

    // Single quick statements, pipelined together with those of other requests (design: the shared read lane). Each has
    // its own snapshot. Never send here what may be slow or what writes.
    std::unique_ptr<session> reads(deadline until);
    // Each statement on an exclusive connection of its own for its time: for what may be slow. The same session reused
    // by a nested caller uses the same pool, one connection at a time.
    std::unique_ptr<session> exclusive(deadline until);
    // Takes a connection before `until` or the acquire timeout, whichever is earlier. Throws pool_saturated,
    // database_unavailable, overloaded, deadline_exceeded.
    task<transaction> begin(transaction_options options, deadline until);

    // Runs work(transaction&) and commits. On 40001, 40P01, and on a connection lost before COMMIT was sent, runs it
    // again from its beginning, at most three times more, with jitter, inside the deadline. `work` must have no effect
    // outside its transaction.
    template <class Work>
    auto transact(transaction_options options, deadline until, Work work)
        -> decltype(work(std::declval<transaction&>()))
    {
        for (int attempt = 0;; ++attempt) {
            std::exception_ptr failure;
            try {
                auto tx = co_await begin(options, until);
                if constexpr (std::is_same_v<decltype(work(tx)), task<void>>) {
                    co_await work(tx);
                    co_await tx.commit();
                    co_return;
                } else {
                    auto made = co_await work(tx);
                    co_await tx.commit();
                    co_return made;
                }
            } catch (...) {
                failure = std::current_exception();
            }
            co_await pause_before_retry(failure, attempt, until); // rethrows when it must not run again
        }
    }

    pool_stats stats() const;
    // Measures one real answer on a pooled connection; throws what any statement would.
    task<std::chrono::nanoseconds> ping(deadline until);

private:
    task<void> pause_before_retry(std::exception_ptr failure, int attempt, deadline until);

    struct state;
    std::unique_ptr<state> state_;
};

} // namespace lightdash::pg
