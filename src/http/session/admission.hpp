// How many requests that need a connection of their own may be under way at once, found by how long they wait for one;
// and how fast the others are refused (promises H15, H16).
#pragma once

#include "lightdash/core/deadline.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace lightdash::http {

// A machine without input and output. As long as some request of every 100 ms gets its connection quickly, a queue is a
// burst and everybody may join it. When even the quickest waited longer than `target`, and than twice the time that
// the work itself takes, the queue stands: then only so many are let in that the wait comes down to it (as CoDel judges
// queues, RFC 8289), and more again, step by step, when it has.
class admission {
public:
    using clock = deadline::clock;

    struct options {
        std::chrono::milliseconds target{50};
        std::size_t least = 20; // at once, always
        std::size_t most = 210; // at once, ever
    };

    explicit admission(options chosen) noexcept : options_(chosen), limit_(chosen.most) {}

    bool full() const noexcept { return inside_ >= limit_; }
    void enter() noexcept { ++inside_; }
    // `waited` for a connection, then `worked`. What never had one gives back its place and teaches nothing.
    void leave() noexcept { --inside_; }
    void leave(clock::time_point now, std::chrono::nanoseconds waited, std::chrono::nanoseconds worked) noexcept;

    std::size_t inside() const noexcept { return inside_; }
    std::size_t limit() const noexcept { return limit_; }
    // Between two requests that were done, on the average of the last interval.
    std::chrono::microseconds spacing() const noexcept { return spacing_; }

private:
    void judge(clock::time_point now) noexcept;

    static constexpr std::chrono::milliseconds interval{100};
    static constexpr std::size_t fewest_samples = 8; // of an interval

    options options_;
    std::size_t inside_ = 0;
    std::size_t limit_;
    std::chrono::microseconds spacing_{1000};

    // the interval under way
    clock::time_point began_{};
    std::size_t samples_ = 0;
    std::size_t most_inside_ = 0;
    std::chrono::nanoseconds least_wait_ = std::chrono::nanoseconds::max();
    std::chrono::nanoseconds work_{0}; // of all samples
};

// Clients that ask again as soon as they are refused would keep the loop busy with refusing. So one refusal goes out
// for every eight requests that are done, each held until its turn: refusing costs a small part of what working costs,
// however many ask and however fast the machine is.
class refusal_pace {
public:
    using clock = deadline::clock;

    // When the refusal that is due now may go out: `now` while there are few, at most `longest` later.
    clock::time_point next(clock::time_point now, std::chrono::microseconds work_spacing) noexcept;

private:
    static constexpr int done_per_refusal = 8;
    static constexpr std::chrono::milliseconds burst{200}; // worth of refusals that go out at once after a quiet time
    static constexpr std::chrono::milliseconds longest{10'000};
    static constexpr std::chrono::microseconds closest{500}, farthest{20'000}; // spacing of refusals

    clock::time_point turn_{};
};

} // namespace lightdash::http
