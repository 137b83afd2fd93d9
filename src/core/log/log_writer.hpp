// Writes lines to a file descriptor from a thread of its own, so that a slow reader of that descriptor delays nobody
// else.
#pragma once

#include "core/log/line_ring.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <thread>

namespace lightdash::log {

class log_writer {
public:
    // Appends the line that says how many were dropped.
    using drop_notice = std::function<void(std::string& out, std::uint64_t dropped)>;

    // The descriptor stays the caller's and must outlive the writer's thread.
    log_writer(int descriptor, std::size_t queue_bytes, drop_notice notice);
    // Gives up at once what is not written: call finish() before.
    ~log_writer();

    // Never waits for the descriptor. Any thread.
    void push(std::string_view line);
    // Writes what is queued, for at most `limit`; what is left is counted as dropped. Later lines are dropped.
    void finish(std::chrono::milliseconds limit);
    std::uint64_t dropped() const noexcept;

private:
    struct shared;
    static void run(const std::shared_ptr<shared>& state);

    // The thread may be stuck in write(2) beyond our end, so that it owns what it uses.
    std::shared_ptr<shared> state_;
    std::thread thread_;
};

} // namespace lightdash::log
