#include "ops/child/child_process.hpp"

#include "lightdash/core/error.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <system_error>
#include <thread>
#include <utility>

namespace lightdash::ops {
namespace {

using clock = std::chrono::steady_clock;

class descriptor {
public:
    explicit descriptor(int fd = -1) : fd_(fd) {}
    descriptor(descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    descriptor& operator=(descriptor&& other) noexcept
    {
        std::swap(fd_, other.fd_);
        return *this;
    }
    ~descriptor() { close(); }
    int get() const { return fd_; }
    void close()
    {
        if (fd_ >= 0)
            ::close(std::exchange(fd_, -1));
    }

private:
    int fd_;
};

[[noreturn]] void refuse(const command& what, int code)
{
    throw error{error_kind::configuration,
                fmt::format("cannot start {}: {}", what.argv.front(), std::generic_category().message(code))};
}

std::pair<descriptor, descriptor> make_pipe(const command& what)
{
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
        refuse(what, errno);
    return {descriptor{ends[0]}, descriptor{ends[1]}};
}

account from_entry(const passwd& entry)
{
    return {entry.pw_uid, entry.pw_gid, entry.pw_name, entry.pw_dir};
}

// What every child sees, and what is given, which wins: of two entries of one name a program finds the first.
std::vector<std::string> environment_for(const account& who, const std::vector<std::string>& given)
{
    std::vector<std::string> made{"LC_ALL=C.UTF-8", fmt::format("HOME={}", who.home.string())};
    for (const char* name : {"PATH", "LD_LIBRARY_PATH"})
        if (const char* value = std::getenv(name))
            made.push_back(fmt::format("{}={}", name, value));
    std::erase_if(made, [&](const std::string& one) {
        const auto name = std::string_view{one}.substr(0, one.find('=') + 1);
        return std::ranges::any_of(given, [&](const std::string& other) { return other.starts_with(name); });
    });
    made.insert(made.end(), given.begin(), given.end());
    return made;
}

std::vector<char*> pointers(std::vector<std::string>& texts)
{
    std::vector<char*> made;
    made.reserve(texts.size() + 1);
    for (auto& text : texts)
        made.push_back(text.data());
    made.push_back(nullptr);
    return made;
}

void reset_signals()
{
    for (int number = 1; number < NSIG; ++number)
        ::signal(number, SIG_DFL);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

bool become(const account& who)
{
    return ::setgroups(1, &who.gid) == 0 && ::setgid(who.gid) == 0 && ::setuid(who.uid) == 0;
}

// Between fork and exec only calls that are safe in a copy of a process with threads.
[[noreturn]] void child_side(const command& what, char* const* argv, char* const* envp, int report)
{
    reset_signals();
    const int nowhere = ::open("/dev/null", O_RDWR);
    const int out = what.output >= 0 ? what.output : nowhere;
    if (nowhere >= 0 && ::dup2(nowhere, 0) >= 0 && ::dup2(out, 1) >= 0 && ::dup2(out, 2) >= 0 &&
        (!what.own_session || ::setsid() >= 0) && (!what.as || become(*what.as)) &&
        (!what.when_orphaned || ::prctl(PR_SET_PDEATHSIG, *what.when_orphaned) == 0) &&
        ::chdir(what.folder.c_str()) == 0) {
        ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
        ::execve(argv[0], argv, envp);
    }
    const int code = errno;
    [[maybe_unused]] const auto told = ::write(report, &code, sizeof code);
    ::_exit(127);
}

int exit_code_of(int status)
{
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int wait_for(pid_t pid)
{
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return exit_code_of(status);
}

// Reads until the other side closes; false when `until` passed first.
bool drain(int fd, std::string& into, clock::time_point until)
{
    std::array<char, 4096> block{};
    for (;;) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - clock::now()).count();
        if (left <= 0)
            return false;
        pollfd watched{fd, POLLIN, 0};
        if (::poll(&watched, 1, static_cast<int>(left)) <= 0)
            continue;
        const auto got = ::read(fd, block.data(), block.size());
        if (got == 0 || (got < 0 && errno != EINTR))
            return true;
        if (got > 0)
            into.append(block.data(), static_cast<std::size_t>(got));
    }
}

} // namespace

account current_account()
{
    auto made = account_of(::geteuid());
    made.gid = ::getegid();
    return made;
}

std::optional<account> find_account(const std::string& name)
{
    const passwd* entry = ::getpwnam(name.c_str());
    return entry ? std::optional{from_entry(*entry)} : std::nullopt;
}

account account_of(uid_t uid)
{
    if (const passwd* entry = ::getpwuid(uid))
        return from_entry(*entry);
    return {uid, static_cast<gid_t>(uid), std::to_string(uid), "/"};
}

pid_t spawn(const command& what)
{
    auto texts = what.argv;
    auto variables = environment_for(what.as ? *what.as : current_account(), what.environment);
    const auto argv = pointers(texts);
    const auto envp = pointers(variables);
    auto [report, reporter] = make_pipe(what);

    const pid_t pid = ::fork();
    if (pid < 0)
        refuse(what, errno);
    if (pid == 0)
        child_side(what, argv.data(), envp.data(), reporter.get());

    reporter.close();
    int code = 0;
    ssize_t got = 0;
    do
        got = ::read(report.get(), &code, sizeof code);
    while (got < 0 && errno == EINTR);
    if (got == 0)
        return pid; // exec closed the pipe
    wait_for(pid);
    refuse(what, code);
}

outcome run(command what, std::chrono::milliseconds limit)
{
    auto [reading, writing] = make_pipe(what);
    what.output = writing.get();
    const pid_t pid = spawn(what);
    writing.close();

    outcome made{0, false, {}};
    if (!drain(reading.get(), made.output, clock::now() + limit)) {
        made.timed_out = true;
        ::kill(pid, SIGKILL);
    }
    made.exit_code = wait_for(pid);
    return made;
}

bool process_alive(pid_t pid)
{
    if (pid <= 0 || (::kill(pid, 0) != 0 && errno == ESRCH))
        return false;
    std::ifstream stat{fmt::format("/proc/{}/stat", pid)};
    std::string line;
    if (!std::getline(stat, line))
        return false;
    // The name stands in parentheses and may hold anything; the state follows the last one.
    const auto end = line.rfind(')');
    return end == std::string::npos || end + 2 >= line.size() || (line[end + 2] != 'Z' && line[end + 2] != 'X');
}

std::optional<int> reap(pid_t pid)
{
    int status = 0;
    if (::waitpid(pid, &status, WNOHANG) != pid)
        return std::nullopt;
    return exit_code_of(status);
}

} // namespace lightdash::ops
