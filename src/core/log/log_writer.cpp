#include "core/log/log_writer.hpp"

#include <cerrno>
#include <csignal>
#include <mutex>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace lightdash::log {
namespace {

using namespace std::chrono_literals;

// Lines that come close together are written together; nobody reads a log within this time.
constexpr auto gather_time = 2ms;
constexpr auto poll_time = 50ms;
// A pipe takes this much without blocking once poll says that it is writable, and never mixes it with another process's
// lines.
constexpr std::size_t pipe_batch = 4096;
constexpr std::size_t file_batch = 64 * 1024;

bool is_socket(int descriptor) noexcept
{
    struct stat status{};
    return fstat(descriptor, &status) == 0 && S_ISSOCK(status.st_mode);
}

bool is_file(int descriptor) noexcept
{
    struct stat status{};
    return fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
}

} // namespace

struct log_writer::shared {
    shared(int fd, std::size_t queue_bytes, drop_notice text)
        : descriptor(fd), socket(is_socket(fd)), batch_bytes(is_file(fd) ? file_batch : pipe_batch),
          notice(std::move(text)), ring(queue_bytes)
    {}

    const int descriptor;
    const bool socket;
    const std::size_t batch_bytes;
    const drop_notice notice;

    std::mutex mutex; // guards what follows, never held during I/O
    std::condition_variable wake, ended;
    line_ring ring;
    bool finishing = false;
    bool thread_ended = false;

    std::atomic<bool> abandoned{false};
    std::atomic<std::uint64_t> dropped{0};

    // False: the descriptor is broken, or nobody waits for it any more.
    bool write_all(std::string_view text) const
    {
        while (!text.empty()) {
            if (abandoned.load(std::memory_order_relaxed))
                return false;
            pollfd ready{descriptor, POLLOUT, 0};
            const int polled = ::poll(&ready, 1, static_cast<int>(poll_time.count()));
            if (polled == 0 || (polled < 0 && errno == EINTR))
                continue;
            const ssize_t written = socket ? ::send(descriptor, text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL)
                                           : ::write(descriptor, text.data(), text.size());
            if (written >= 0)
                text.remove_prefix(static_cast<std::size_t>(written));
            else if (errno != EAGAIN && errno != EINTR)
                return false;
        }
        return true;
    }
};

log_writer::log_writer(int descriptor, std::size_t queue_bytes, drop_notice notice)
    : state_(std::make_shared<shared>(descriptor, queue_bytes, std::move(notice)))
{
    // Signals belong to the loop's thread; a broken pipe is an error here, not the end of the process.
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    thread_ = std::thread{[state = state_] { run(state); }};
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

log_writer::~log_writer()
{
    finish(0ms);
}

void log_writer::push(std::string_view line)
{
    std::uint64_t lost = 0;
    bool was_empty = false;
    {
        const std::lock_guard lock{state_->mutex};
        was_empty = state_->ring.empty();
        lost = state_->finishing ? 1 : state_->ring.push(line);
    }
    if (lost != 0)
        state_->dropped.fetch_add(lost, std::memory_order_relaxed);
    if (was_empty)
        state_->wake.notify_one();
}

void log_writer::finish(std::chrono::milliseconds limit)
{
    if (!thread_.joinable())
        return;
    std::unique_lock lock{state_->mutex};
    state_->finishing = true;
    state_->wake.notify_one();
    const auto ended = [&] { return state_->thread_ended; };
    const bool in_time = state_->ended.wait_for(lock, limit, ended);
    state_->abandoned.store(true, std::memory_order_relaxed);
    // Between two polls it sees that it is abandoned; inside write(2) it may stay for ever.
    if (in_time || state_->ended.wait_for(lock, 4 * poll_time, ended)) {
        lock.unlock();
        thread_.join();
    } else {
        lock.unlock();
        thread_.detach();
    }
}

std::uint64_t log_writer::dropped() const noexcept
{
    return state_->dropped.load(std::memory_order_relaxed);
}

void log_writer::run(const std::shared_ptr<shared>& state)
{
    shared& s = *state;
    std::string batch;
    std::uint64_t reported = 0;
    std::unique_lock lock{s.mutex};
    for (;;) {
        s.wake.wait(lock, [&] { return s.finishing || !s.ring.empty(); });
        if (s.ring.empty())
            break;
        if (!s.finishing) {
            lock.unlock();
            std::this_thread::sleep_for(gather_time);
            lock.lock();
        }
        while (!s.ring.empty()) {
            batch.clear();
            const std::uint64_t dropped = s.dropped.load(std::memory_order_relaxed);
            if (dropped != reported)
                s.notice(batch, dropped - reported);
            const std::uint64_t lines = s.ring.pop_into(batch, s.batch_bytes);
            lock.unlock();
            if (s.write_all(batch))
                reported = dropped;
            else
                s.dropped.fetch_add(lines, std::memory_order_relaxed);
            lock.lock();
        }
    }
    s.thread_ended = true;
    s.ended.notify_all();
}

} // namespace lightdash::log
