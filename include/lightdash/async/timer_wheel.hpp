// Many clocks on one timer: arming, moving and disarming an alarm costs a few pointer writes.
#pragma once

#include "lightdash/async/list_link.hpp"
#include "lightdash/core/deadline.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <array>
#include <chrono>
#include <cstdint>

namespace lightdash {

class timer_wheel;

// Something that happens when a deadline passes, unless disarmed before. Lives inside its owner, who must outlive
// nothing: the destructor disarms. `fire` runs on the loop's thread, may re-arm or destroy this or any other alarm, and
// must not throw.
class alarm : private detail::list_link {
public:
    using callback = void (*)(void* context) noexcept;

    alarm(callback fire, void* context) noexcept : fire_(fire), context_(context) {}
    alarm(const alarm&) = delete;
    alarm& operator=(const alarm&) = delete;
    ~alarm() { disarm(); }

    bool armed() const noexcept { return next != nullptr; }
    void disarm() noexcept
    {
        if (armed())
            unlink();
    }

private:
    friend class timer_wheel;

    callback fire_;
    void* context_;
    std::uint64_t due_tick_ = 0;
};

// A hashed wheel: 1,024 slots of 10 ms. An alarm fires at most one tick late and never early. The loop is woken for the
// next slot in use only: an idle process sleeps.
class timer_wheel {
public:
    static constexpr std::chrono::milliseconds tick{10};

    explicit timer_wheel(boost::asio::io_context& context);
    timer_wheel(const timer_wheel&) = delete;
    timer_wheel& operator=(const timer_wheel&) = delete;
    ~timer_wheel();

    // Arms, or moves if armed. deadline::never() disarms.
    void arm(alarm& entry, deadline when);

    // The longest time that a tick came late since the last call: how long the loop was blocked.
    std::chrono::nanoseconds take_worst_lag() noexcept;

private:
    static constexpr std::size_t slots = 1024;
    using clock = deadline::clock;

    std::uint64_t tick_at(clock::time_point when) const noexcept;
    void sleep_until_tick(std::uint64_t next);
    void on_tick();
    void fire_due(std::uint64_t until);

    boost::asio::steady_timer timer_;
    clock::time_point origin_;
    static constexpr std::uint64_t asleep = ~std::uint64_t{0};

    std::uint64_t current_ = 0;       // every alarm with due_tick_ <= current_ has fired
    std::uint64_t wakes_at_ = asleep; // the tick the timer waits for
    bool firing_ = false;
    std::chrono::nanoseconds worst_lag_{0};
    std::array<detail::list_link, slots> heads_;
};

} // namespace lightdash
