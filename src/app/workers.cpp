#include "app/workers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace lightdash::app {
namespace {

// Blocks the signals that the parent waits for; children get the old mask back.
class blocked_signals {
public:
    blocked_signals()
    {
        sigemptyset(&waited_);
        for (const int number : {SIGTERM, SIGINT, SIGCHLD})
            sigaddset(&waited_, number);
        sigprocmask(SIG_BLOCK, &waited_, &before_);
    }
    blocked_signals(const blocked_signals&) = delete;
    blocked_signals& operator=(const blocked_signals&) = delete;
    ~blocked_signals() { restore(); }

    void restore() const noexcept { sigprocmask(SIG_SETMASK, &before_, nullptr); }
    int next() const
    {
        int number = 0;
        sigwait(&waited_, &number);
        return number;
    }

private:
    sigset_t waited_, before_;
};

pid_t start(unsigned index, const std::function<int(unsigned)>& work, const blocked_signals& signals)
{
    const pid_t parent = ::getpid();
    const pid_t child = ::fork();
    if (child < 0)
        throw std::runtime_error(fmt::format("Worker {} could not be started: {}.", index, std::strerror(errno)));
    if (child > 0)
        return child;
    ::prctl(PR_SET_PDEATHSIG, SIGTERM); // no worker outlives its parent
    if (::getppid() != parent)
        ::_exit(0);
    signals.restore();
    int code = 1;
    try {
        code = work(index);
    } catch (const std::exception& failure) {
        fmt::print(stderr, "lightdash-backend: worker {}: {}\n", index, failure.what());
    }
    std::fflush(nullptr);
    ::_exit(code); // the parent's objects are the parent's to destroy
}

// As shells count: 128 and the signal. A worker that was told to stop before it could listen for that has nothing to
// finish: it has ended well.
int code_of(int status, bool stopping)
{
    if (WIFEXITED(status))
        return WEXITSTATUS(status);
    const int signal = WTERMSIG(status);
    return stopping && (signal == SIGTERM || signal == SIGINT) ? 0 : 128 + signal;
}

} // namespace

int run_workers(unsigned count, const std::function<int(unsigned)>& work)
{
    const blocked_signals signals;
    std::vector<pid_t> running;
    for (unsigned i = 0; i < count; ++i)
        running.push_back(start(i, work, signals));

    int worst = 0;
    bool stopping = false;
    std::size_t alive = count;
    while (alive > 0) {
        const int number = signals.next();
        if (number != SIGCHLD) {
            stopping = true;
            for (const pid_t child : running)
                if (child > 0)
                    ::kill(child, number);
            continue;
        }
        int status = 0;
        for (pid_t ended; (ended = ::waitpid(-1, &status, WNOHANG)) > 0;) {
            const auto at = std::find(running.begin(), running.end(), ended);
            if (at == running.end())
                continue; // another child of this process: the private PostgreSQL
            const auto index = static_cast<unsigned>(at - running.begin());
            const int code = code_of(status, stopping);
            if (stopping || WIFEXITED(status)) { // one that ended on purpose will end so again
                *at = 0;
                --alive;
                worst = std::max(worst, code);
                if (!stopping && code != 0) {
                    stopping = true;
                    for (const pid_t child : running)
                        if (child > 0)
                            ::kill(child, SIGTERM);
                }
                continue;
            }
            fmt::print(stderr, "lightdash-backend: worker {} (pid {}) died of signal {}; starting another.\n", index,
                       ended, WTERMSIG(status));
            ::sleep(1);
            *at = start(index, work, signals);
        }
    }
    return worst;
}

} // namespace lightdash::app
