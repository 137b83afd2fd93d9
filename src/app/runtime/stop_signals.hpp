// What asks a process to end: SIGTERM, SIGINT, and SIGHUP (a terminal hangs up) unless whoever started the process
// ignores it, as nohup(1) does.
#pragma once

#include "lightdash/async/task.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>

#include <sys/types.h>

#include <chrono>
#include <csignal>
#include <functional>
#include <optional>

namespace lightdash::app {

// One wish may come as several signals: timeout(1) signals its child and then its group, a terminal and systemd signal
// every process, and a parent passes on what its children got already. What comes this soon after the first is part of
// it; what comes later is a person's second wish.
class stop_wishes {
public:
    using clock = std::chrono::steady_clock;
    static constexpr std::chrono::milliseconds moment{500};
    enum class meaning : unsigned char { first, same, again };

    meaning heard(clock::time_point now) noexcept;

private:
    std::optional<clock::time_point> first_;
};

// While it lives, stop signals to this thread, and to threads that it starts, wait instead of ending the process.
class held_stop_signals {
public:
    held_stop_signals();
    held_stop_signals(const held_stop_signals&) = delete;
    held_stop_signals& operator=(const held_stop_signals&) = delete;
    ~held_stop_signals(); // as it was before

    const sigset_t& set() const noexcept { return set_; }
    // One of them has come and nobody has taken it yet.
    bool any_waiting() const noexcept;

private:
    sigset_t set_{}, before_{};
};

// Takes held stop signals on a loop.
class stop_signals {
public:
    using listener = std::function<void(int number)>;

    // `on_first` is called once, `on_again` for each later wish. What `parent` sends (0: nobody's) is never a second
    // wish: it only passes on. `held` must outlive it.
    stop_signals(asio::io_context& context, const held_stop_signals& held, pid_t parent, listener on_first,
                 listener on_again);
    stop_signals(const stop_signals&) = delete;
    stop_signals& operator=(const stop_signals&) = delete;

    void start();
    void close() noexcept;

private:
    void wait();
    void take();

    asio::posix::stream_descriptor source_; // a signalfd
    const pid_t parent_;
    listener on_first_, on_again_;
    stop_wishes wishes_;
};

} // namespace lightdash::app
