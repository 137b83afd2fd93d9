#include "app/server/workers/workers.hpp"

#include "lightdash/core/log.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace lightdash::app {
namespace {

constexpr timespec before_a_restart{1, 0};

class worker_group {
public:
    worker_group(unsigned count, const held_stop_signals& held, const std::function<int(unsigned)>& work)
        : waited_(held.set()), work_(work), running_(count, 0)
    {
        ::sigaddset(&waited_, SIGCHLD);
        sigset_t only_child;
        ::sigemptyset(&only_child);
        ::sigaddset(&only_child, SIGCHLD);
        ::pthread_sigmask(SIG_BLOCK, &only_child, &before_);
    }
    worker_group(const worker_group&) = delete;
    worker_group& operator=(const worker_group&) = delete;
    ~worker_group() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

    int run()
    {
        for (unsigned index = 0; index < running_.size(); ++index)
            start(index);
        while (alive() > 0) {
            const int number = next_signal();
            if (number == SIGCHLD)
                reap();
            else if (number > 0)
                told_to_stop(number);
            else
                replace_the_dead();
        }
        return at_once_ != 0 ? at_once_ : worst_;
    }

private:
    std::size_t alive() const
    {
        return running_.size() - static_cast<std::size_t>(std::ranges::count(running_, ended));
    }

    // 0: a second passed without one, and somebody is to be replaced.
    int next_signal() const
    {
        if (std::ranges::find(running_, to_replace) == running_.end()) {
            int number = 0;
            ::sigwait(&waited_, &number);
            return number;
        }
        const int number = ::sigtimedwait(&waited_, nullptr, &before_a_restart);
        return std::max(number, 0);
    }

    void start(unsigned index)
    {
        const pid_t parent = ::getpid();
        const pid_t child = ::fork();
        if (child < 0) {
            log::error("a worker could not be started, trying again",
                       {{"worker", index}, {"error", std::string_view{std::strerror(errno)}}});
            running_[index] = to_replace;
            return;
        }
        if (child > 0) {
            running_[index] = child;
            return;
        }
        ::prctl(PR_SET_PDEATHSIG, SIGTERM); // no worker outlives its parent
        if (::getppid() != parent)
            ::_exit(0);
        ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
        ::_exit(work_(index)); // the parent's objects are the parent's to destroy
    }

    void reap()
    {
        int status = 0;
        for (pid_t child; (child = ::waitpid(-1, &status, WNOHANG)) > 0;) {
            const auto at = std::ranges::find(running_, child);
            if (at == running_.end())
                continue; // another child of this process: the private PostgreSQL
            const auto index = at - running_.begin();
            if (!stopping_ && WIFSIGNALED(status)) {
                log::error("a worker died and is replaced",
                           {{"worker", index}, {"pid", child}, {"signal", WTERMSIG(status)}});
                *at = to_replace;
                continue;
            }
            *at = ended;
            worst_ = std::max(worst_, WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
            if (!stopping_ && worst_ != 0) // one that ended on purpose would end so again
                stop(SIGTERM);
        }
    }

    void replace_the_dead()
    {
        for (unsigned index = 0; index < running_.size(); ++index)
            if (running_[index] == to_replace)
                start(index);
    }

    void told_to_stop(int number)
    {
        switch (wishes_.heard(stop_wishes::clock::now())) {
        case stop_wishes::meaning::first:
            reap(); // who died before that is no failure of the stop, whichever signal comes first
            return stop(number);
        case stop_wishes::meaning::same:
            return;
        case stop_wishes::meaning::again:
            log::warn("a second signal came while draining: exiting at once", {{"signal", number}});
            at_once_ = 128 + number;
            return signal_all(SIGKILL);
        }
    }

    void stop(int number)
    {
        stopping_ = true;
        std::ranges::replace(running_, to_replace, ended);
        signal_all(number);
    }

    void signal_all(int number) const
    {
        for (const pid_t child : running_)
            if (child > 0)
                ::kill(child, number);
    }

    static constexpr pid_t ended = 0, to_replace = -1;

    sigset_t waited_, before_{};
    const std::function<int(unsigned)>& work_;
    std::vector<pid_t> running_; // a pid, or one of the two
    stop_wishes wishes_;
    bool stopping_ = false;
    int worst_ = 0;
    int at_once_ = 0; // the code when a second wish came
};

} // namespace

int run_workers(unsigned count, const held_stop_signals& held, const std::function<int(unsigned)>& work)
{
    return worker_group{count, held, work}.run();
}

} // namespace lightdash::app
