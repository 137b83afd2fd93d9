// What the pool should do next, decided without I/O and without a clock of its own.
#pragma once

#include "lightdash/core/deadline.hpp"

#include <chrono>
#include <cstddef>

namespace lightdash::pg {

using pool_time = deadline::clock::time_point;

struct pool_limits {
    std::size_t min = 2;
    std::size_t max = 10;
    std::chrono::nanoseconds idle_timeout = std::chrono::minutes{10};
    std::chrono::nanoseconds max_lifetime = std::chrono::minutes{30};
};

// Every connection the server may know of is in exactly one of these; `waiting` counts borrowers.
struct pool_counts {
    std::size_t idle = 0;
    std::size_t used = 0;
    std::size_t lanes = 0;
    std::size_t connecting = 0;
    std::size_t cleaning = 0;
    std::size_t closing = 0;
    std::size_t waiting = 0;

    std::size_t live() const noexcept { return idle + used + lanes + cleaning; }
    std::size_t total() const noexcept { return live() + connecting + closing; }
};

// When to try to connect again after a failure: one prober for the whole pool, exponentially later with full jitter. In
// the first minute at most a second apart, so that a restart is noticed within one; afterwards at most five. Never more
// often than twice a second once the failures last, and a waiting borrower may ask for exactly that often.
class connect_backoff {
public:
    static constexpr std::chrono::milliseconds first_delay{10};
    static constexpr std::chrono::milliseconds least_lasting_delay{500};
    static constexpr std::chrono::milliseconds longest_early_delay{1'000};
    static constexpr std::chrono::milliseconds longest_delay{5'000};
    static constexpr std::chrono::seconds early{60};
    // So long after the server refused for want of slots, connections are asked for one at a time.
    static constexpr std::chrono::seconds shrink_time{10};

    // An attempt that began at `started` failed. `random` is in [0, 1). Attempts that began before the last failure
    // tell nothing new: ten that fail together count once.
    void failed(pool_time started, pool_time now, double random) noexcept;
    // The server has no slot left (53300); `live` connections are what it granted.
    void refused_for_slots(pool_time now, std::size_t live) noexcept;
    void succeeded() noexcept;

    bool failing() const noexcept { return failing_; }
    pool_time failing_since() const noexcept { return since_; }
    // When the prober may go; `wanted`: a borrower waits for it.
    pool_time next_attempt(bool wanted) const noexcept;
    // How many connections to have at most while the server has not enough slots.
    std::size_t ceiling(std::size_t max, pool_time now) const noexcept;
    bool shrunk(pool_time now) const noexcept { return now < shrunk_until_; }

private:
    bool failing_ = false;
    unsigned failures_ = 0;
    pool_time since_{};
    pool_time last_failure_{};
    pool_time next_{};
    pool_time shrunk_until_{};
    std::size_t granted_ = 0;
};

// How many connection attempts to start now.
std::size_t connects_to_start(const pool_limits& limits, const pool_counts& counts, const connect_backoff& backoff,
                              pool_time now) noexcept;

// Each connection's own share of the jitter, in [0, 1): consecutive ones lie far apart (multiples of the golden ratio),
// so that connections made together do not expire together even when there are few of them.
class jitter_shares {
public:
    explicit jitter_shares(double start) noexcept : at_(start) {}
    double next() noexcept;

private:
    double at_;
};

// Lifetime and idle time end up to 10 % early, by the connection's share.
pool_time lifetime_end(const pool_limits& limits, pool_time created, double share) noexcept;
pool_time idle_end(const pool_limits& limits, pool_time idle_since, double share) noexcept;

enum class return_action : unsigned char { reuse, clean, close };

struct returned_connection {
    bool broken = false;
    bool reusable = false;
    bool expired = false;  // its lifetime ended
    bool stopping = false; // the pool is being closed
};
return_action on_return(const returned_connection& returned) noexcept;

// How many connections may be cleaned (and cancelled) at once: half the pool, at least one.
constexpr std::size_t cleaners(std::size_t max) noexcept
{
    return max < 2 ? 1 : max / 2;
}

// While the database is down, how long a borrower waits for it to come back: until one second after it went down, and
// never less than a quarter of a second, so that nobody piles up and a restart is not noticed by most.
constexpr std::chrono::milliseconds down_grace{1'000};
constexpr std::chrono::milliseconds least_down_wait{250};
pool_time give_up_while_down(pool_time went_down, pool_time now) noexcept;

} // namespace lightdash::pg
