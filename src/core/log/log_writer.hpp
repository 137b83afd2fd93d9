// Writes lines to a file descriptor: at once, or from a thread of its own (spdlog's asynchronous logger), so that a
// slow reader of that descriptor delays nobody else.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace spdlog {
class logger;
namespace details {
class thread_pool;
}
} // namespace spdlog

namespace lightdash::log {

class log_writer {
public:
    // Appends the line that says how many were dropped.
    using drop_notice = std::function<void(std::string& out, std::uint64_t dropped)>;

    // The descriptor stays the caller's and must outlive the writer and its thread. This one writes at once.
    explicit log_writer(int descriptor);
    // With a queue, which drops its oldest lines for new ones: room for as many lines of 128 bytes as `queue_bytes`
    // hold. A line of more than 1 KiB is dropped itself when such lines fill `queue_bytes`.
    log_writer(int descriptor, std::size_t queue_bytes, drop_notice notice);
    log_writer(const log_writer&) = delete;
    log_writer& operator=(const log_writer&) = delete;
    // Gives up at once what is not written: call finish() before.
    ~log_writer();

    // Any thread; with a queue never waits for the descriptor.
    void push(std::string_view line);
    // Writes what is queued, for at most `limit`; what is left is counted as dropped. Later lines are dropped.
    void finish(std::chrono::milliseconds limit);
    // Not while another thread is in finish().
    std::uint64_t dropped() const;

private:
    class sink;
    void push_long(std::string_view line);

    const std::size_t queue_bytes_ = 0; // 0: writes at once
    std::shared_ptr<sink> sink_;
    std::shared_ptr<spdlog::details::thread_pool> pool_; // null when finished
    std::weak_ptr<spdlog::details::thread_pool> queue_;
    std::shared_ptr<spdlog::logger> logger_;
};

} // namespace lightdash::log
