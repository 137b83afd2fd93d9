#include "app/runtime/stop_signals.hpp"

#include <atomic>
#include <cerrno>
#include <sys/signalfd.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace lightdash::app {
namespace {

bool is_ignored(int number) noexcept
{
    struct sigaction now{};
    return ::sigaction(number, nullptr, &now) == 0 && (now.sa_flags & SA_SIGINFO) == 0 && now.sa_handler == SIG_IGN;
}

std::atomic<bool> one_was_taken{false}; // by this process

void drop_waiting(const sigset_t& set) noexcept
{
    const timespec at_once{0, 0};
    while (::sigtimedwait(&set, nullptr, &at_once) > 0) {
    }
}

int open_source(const sigset_t& set)
{
    const int made = ::signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    if (made < 0)
        throw std::system_error{errno, std::generic_category(), "cannot listen for signals"};
    return made;
}

} // namespace

stop_wishes::meaning stop_wishes::heard(clock::time_point now) noexcept
{
    if (!first_) {
        first_ = now;
        return meaning::first;
    }
    return now - *first_ < moment ? meaning::same : meaning::again;
}

held_stop_signals::held_stop_signals()
{
    ::sigemptyset(&set_);
    for (const int number : {SIGTERM, SIGINT})
        ::sigaddset(&set_, number);
    if (!is_ignored(SIGHUP))
        ::sigaddset(&set_, SIGHUP);
    ::pthread_sigmask(SIG_BLOCK, &set_, &before_);
}

// After a wish was heard the process is on its way to its end: what came with it, or comes late, changes nothing of
// how.
held_stop_signals::~held_stop_signals()
{
    if (!one_was_taken)
        ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    else
        drop_waiting(set_);
}

bool held_stop_signals::any_waiting() const noexcept
{
    sigset_t waiting{};
    ::sigpending(&waiting);
    for (const int number : {SIGTERM, SIGINT, SIGHUP})
        if (::sigismember(&set_, number) == 1 && ::sigismember(&waiting, number) == 1)
            return true;
    return false;
}

stop_signals::stop_signals(asio::io_context& context, const held_stop_signals& held, pid_t parent, listener on_first,
                           listener on_again)
    : source_(context, open_source(held.set())), parent_(parent), on_first_(std::move(on_first)),
      on_again_(std::move(on_again))
{}

void stop_signals::start()
{
    wait();
}

void stop_signals::close() noexcept
{
    boost::system::error_code ignored;
    source_.close(ignored);
}

void stop_signals::wait()
{
    source_.async_wait(asio::posix::stream_descriptor::wait_read, [this](boost::system::error_code failed) {
        if (failed)
            return;
        take();
        if (source_.is_open())
            wait();
    });
}

void stop_signals::take()
{
    signalfd_siginfo told{};
    while (source_.is_open() && ::read(source_.native_handle(), &told, sizeof told) == sizeof told) {
        one_was_taken = true;
        const auto number = static_cast<int>(told.ssi_signo);
        const bool passed_on = parent_ != 0 && told.ssi_pid == static_cast<std::uint32_t>(parent_);
        switch (wishes_.heard(stop_wishes::clock::now())) {
        case stop_wishes::meaning::first:
            on_first_(number);
            break;
        case stop_wishes::meaning::same:
            break;
        case stop_wishes::meaning::again:
            if (!passed_on)
                on_again_(number);
            break;
        }
    }
}

} // namespace lightdash::app
