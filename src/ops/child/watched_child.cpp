#include "ops/child/watched_child.hpp"

#include "lightdash/async/pause.hpp"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <thread>
#include <utility>

namespace lightdash::ops {
namespace {

using namespace std::chrono_literals;

constexpr auto glance = 25ms;
constexpr int glances_per_tick = 20;
constexpr std::size_t most_output = 64U << 10U;

// Reaped or killed when this ends.
class running_child {
public:
    running_child(command what, std::function<bool(std::string_view)> keeps) : keeps_(std::move(keeps))
    {
        std::array<int, 2> ends{};
        if (::pipe2(ends.data(), O_CLOEXEC) != 0)
            throw std::system_error(errno, std::generic_category(), "cannot make a pipe");
        reading_ = ends[0];
        ::fcntl(reading_, F_SETFL, O_NONBLOCK);
        what.output = ends[1];
        what.when_orphaned = SIGTERM;
        try {
            pid_ = spawn(what);
        } catch (...) {
            ::close(ends[0]);
            ::close(ends[1]);
            throw;
        }
        ::close(ends[1]);
    }
    running_child(const running_child&) = delete;
    running_child& operator=(const running_child&) = delete;
    ~running_child()
    {
        if (pid_ > 0) {
            ::kill(pid_, SIGTERM);
            for (int i = 0; i < 200 && !ended(); ++i)
                std::this_thread::sleep_for(10ms);
            if (pid_ > 0) {
                ::kill(pid_, SIGKILL);
                for (int i = 0; i < 5000 && !ended(); ++i) // one that the kernel holds is left to its end
                    std::this_thread::sleep_for(1ms);
            }
        }
        ::close(reading_);
    }

    bool ended()
    {
        collect();
        if (pid_ > 0)
            if (const auto code = reap(pid_)) {
                exit_code_ = *code;
                pid_ = 0;
                collect();
            }
        return pid_ == 0;
    }
    outcome result()
    {
        said_ += line_;
        return {exit_code_, false, std::move(said_)};
    }

private:
    void collect()
    {
        std::array<char, 4096> block{};
        for (ssize_t got = 0; (got = ::read(reading_, block.data(), block.size())) > 0;) {
            take({block.data(), static_cast<std::size_t>(got)});
            if (said_.size() > most_output)
                said_.erase(0, said_.size() - most_output);
        }
    }

    void take(std::string_view text)
    {
        while (!text.empty()) {
            const auto end = text.find('\n');
            line_ += text.substr(0, end == std::string_view::npos ? end : end + 1);
            text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
            if (line_.size() < most_output && !line_.ends_with('\n'))
                continue;
            if (!keeps_ || keeps_(line_))
                said_ += line_;
            line_.clear();
        }
    }

    const std::function<bool(std::string_view)> keeps_;
    int reading_ = -1;
    pid_t pid_ = 0;
    int exit_code_ = 0;
    std::string said_, line_; // the line that is not whole yet
};

} // namespace

task<outcome> run_watched(timer_wheel& clocks, command what, std::function<task<void>()> tick,
                          std::function<bool(std::string_view)> keeps)
{
    running_child child{std::move(what), std::move(keeps)};
    for (int glances = 1; !child.ended(); ++glances) {
        co_await pause(clocks, glance);
        if (tick && glances % glances_per_tick == 0)
            co_await tick();
    }
    co_return child.result();
}

} // namespace lightdash::ops
