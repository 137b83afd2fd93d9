#include "core/log/log_writer.hpp"

#include <cerrno>
#include <csignal>
#include <future>
#include <poll.h>
#include <pthread.h>
#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/sinks/base_sink.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace lightdash::log {
namespace {

using namespace std::chrono_literals;
using thread_pool = spdlog::details::thread_pool;

// Lines that come close together are written together; nobody reads a log within this time.
constexpr auto gather_time = 2ms;
constexpr auto poll_time = 50ms;
// A pipe takes this much without blocking once poll says that it is writable, and never mixes it with another process's
// lines.
constexpr std::size_t pipe_batch = 4096;
constexpr std::size_t file_batch = 64 * 1024;
// spdlog's queue counts lines, not bytes, and copies longer ones than 250 bytes to the heap.
constexpr std::size_t bytes_per_line = 128;
constexpr std::size_t long_line = 1024;

mode_t type_of(int descriptor) noexcept
{
    struct stat status{};
    return fstat(descriptor, &status) == 0 ? status.st_mode : 0;
}

// Signals belong to the loop's thread; a broken pipe is an error here, not the end of the process.
std::shared_ptr<thread_pool> start_thread(std::size_t lines)
{
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    auto made = std::make_shared<thread_pool>(lines, 1);
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return made;
}

} // namespace

// What stands in the queue together goes to the descriptor in one write(2).
class log_writer::sink final : public spdlog::sinks::base_sink<std::mutex> {
public:
    explicit sink(int descriptor) : descriptor_(descriptor) {}
    // Before the first line; without it each line is written at once.
    void take_from(thread_pool& queue, drop_notice notice)
    {
        queue_ = &queue;
        notice_ = std::move(notice);
        const auto type = type_of(descriptor_);
        socket_ = S_ISSOCK(type);
        batch_bytes_ = S_ISREG(type) ? file_batch : pipe_batch;
    }

    // What follows is for any thread.
    std::atomic<std::size_t> long_bytes{0}; // of the long lines in the queue
    void finish() noexcept { finishing_ = true; }
    bool finishing() const noexcept { return finishing_.load(std::memory_order_relaxed); }
    void abandon() noexcept { abandoned_ = true; }
    bool was_flushed(std::chrono::milliseconds limit) { return flushed_.wait_for(limit) == std::future_status::ready; }
    void count_lost(std::uint64_t lines = 1) noexcept { lost_.fetch_add(lines, std::memory_order_relaxed); }
    std::uint64_t lost() const noexcept { return lost_.load(std::memory_order_relaxed); }

private:
    void sink_it_(const spdlog::details::log_msg& line) override
    {
        if (lines_ != 0 && batch_.size() + line.payload.size() > batch_bytes_)
            write_batch();
        if (lines_ == 0)
            begin_batch();
        batch_.append(line.payload.begin(), line.payload.end());
        ++lines_;
        if (!more_comes())
            write_rest();
    }

    void flush_() override
    {
        write_rest();
        waiting_ = 0;
        flush_done_.set_value();
    }

    // Asks the queue, whose lock those who log want too, once for all that wait in it.
    bool more_comes()
    {
        if (!queue_)
            return false;
        if (waiting_ == 0)
            waiting_ = queue_->queue_size();
        if (waiting_ == 0 && !gathered_ && !finishing()) {
            std::this_thread::sleep_for(gather_time);
            gathered_ = true;
            waiting_ = queue_->queue_size();
        }
        return waiting_ != 0 && waiting_-- != 0;
    }

    void begin_batch()
    {
        if (!queue_)
            return;
        dropped_ = lost() + queue_->overrun_counter();
        if (dropped_ == reported_)
            return;
        std::string line;
        notice_(line, dropped_ - reported_);
        batch_.append(line.data(), line.data() + line.size());
    }

    void write_batch()
    {
        if (write_all({batch_.data(), batch_.size()}))
            reported_ = dropped_;
        else
            count_lost(lines_);
        batch_.clear();
        lines_ = 0;
        gathered_ = false;
    }

    // Nothing may come for long: says what was dropped since the batch began, too.
    void write_rest()
    {
        write_batch();
        begin_batch();
        write_batch();
    }

    // False: the descriptor is broken, or nobody waits for it any more.
    bool write_all(std::string_view text) const
    {
        while (!text.empty()) {
            if (abandoned_.load(std::memory_order_relaxed))
                return false;
            pollfd ready{descriptor_, POLLOUT, 0};
            const int polled = ::poll(&ready, 1, static_cast<int>(poll_time.count()));
            if (polled == 0 || (polled < 0 && errno == EINTR))
                continue;
            const ssize_t written = socket_ ? ::send(descriptor_, text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL)
                                            : ::write(descriptor_, text.data(), text.size());
            if (written >= 0)
                text.remove_prefix(static_cast<std::size_t>(written));
            else if (errno != EAGAIN && errno != EINTR)
                return false;
        }
        return true;
    }

    const int descriptor_;
    thread_pool* queue_ = nullptr;
    drop_notice notice_;
    bool socket_ = false;
    std::size_t batch_bytes_ = 0;

    spdlog::memory_buf_t batch_;
    std::uint64_t lines_ = 0;   // of the batch
    std::uint64_t dropped_ = 0; // before the batch
    std::uint64_t reported_ = 0;
    std::size_t waiting_ = 0; // at least so many more are in the queue
    bool gathered_ = false;   // the batch has waited for company

    std::atomic<bool> finishing_{false}, abandoned_{false};
    std::atomic<std::uint64_t> lost_{0};
    std::promise<void> flush_done_;
    std::future<void> flushed_ = flush_done_.get_future();
};

log_writer::log_writer(int descriptor)
    : sink_(std::make_shared<sink>(descriptor)), logger_(std::make_shared<spdlog::logger>("", sink_))
{}

log_writer::log_writer(int descriptor, std::size_t queue_bytes, drop_notice notice)
    : queue_bytes_(queue_bytes), sink_(std::make_shared<sink>(descriptor)),
      pool_(start_thread(queue_bytes / bytes_per_line)), queue_(pool_),
      logger_(std::make_shared<spdlog::async_logger>("", sink_, pool_, spdlog::async_overflow_policy::overrun_oldest))
{
    sink_->take_from(*pool_, std::move(notice));
    logger_->set_error_handler([to = sink_](const std::string&) { to->count_lost(); });
}

log_writer::~log_writer()
{
    finish(0ms);
}

void log_writer::push(std::string_view line)
{
    if (sink_->finishing())
        sink_->count_lost();
    else if (queue_bytes_ != 0 && line.size() > long_line)
        push_long(line);
    else
        logger_->log(spdlog::level::info, line);
}

// The queue counts lines, not bytes. So a long line has an owner, whom the queue forgets together with the line, and
// who gives its bytes back.
void log_writer::push_long(std::string_view line)
{
    const auto queue = queue_.lock();
    if (!queue || sink_->long_bytes + line.size() > queue_bytes_)
        return sink_->count_lost();
    sink_->long_bytes += line.size();
    std::shared_ptr<spdlog::async_logger> owner{
        static_cast<spdlog::async_logger*>(logger_.get()),
        [logger = logger_, to = sink_.get(), size = line.size()](auto*) { to->long_bytes -= size; }};
    queue->post_log(std::move(owner), {"", spdlog::level::info, line}, spdlog::async_overflow_policy::overrun_oldest);
}

void log_writer::finish(std::chrono::milliseconds limit)
{
    if (!pool_)
        return;
    sink_->finish();
    logger_->flush();
    const bool written = sink_->was_flushed(limit);
    sink_->abandon();
    sink_->count_lost(pool_->overrun_counter());
    // Between two polls the thread sees that it is abandoned; inside write(2) it may stay for ever.
    if (written || sink_->was_flushed(4 * poll_time)) {
        pool_.reset();
    } else {
        static auto& stuck = *new std::vector<std::shared_ptr<thread_pool>>;
        stuck.push_back(std::move(pool_));
    }
}

std::uint64_t log_writer::dropped() const
{
    return sink_->lost() + (pool_ ? pool_->overrun_counter() : 0);
}

} // namespace lightdash::log
