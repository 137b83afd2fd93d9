#include "support/on_terminal.hpp"

#include "support/argument_pointers.hpp"
#include "support/backend_process.hpp"

#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <stdexcept>

namespace lightdash::testing {
namespace {

using clock = std::chrono::steady_clock;

int times_in(const std::string& text, const std::string& wanted)
{
    int count = 0;
    for (auto at = text.find(wanted); at != std::string::npos; at = text.find(wanted, at + wanted.size()))
        ++count;
    return count;
}

} // namespace

terminal_process::terminal_process(const std::vector<std::string>& arguments,
                                   const std::map<std::string, std::string>& environment)
{
    std::vector<std::string> texts{backend_binary()}, variables;
    texts.insert(texts.end(), arguments.begin(), arguments.end());
    if (!environment.contains("TERM"))
        variables.emplace_back("TERM=xterm");
    for (const auto& [name, value] : environment)
        variables.push_back(name + '=' + value);
    const auto argv = argument_pointers(texts);
    const auto envp = argument_pointers(variables);

    winsize size{.ws_row = 25, .ws_col = 80, .ws_xpixel = 0, .ws_ypixel = 0};
    pid_ = ::forkpty(&terminal_, nullptr, nullptr, &size);
    if (pid_ < 0)
        throw std::runtime_error("no pseudo-terminal");
    if (pid_ == 0) {
        if (::chdir("/") == 0) // no .env of a developer
            ::execve(argv[0], argv.data(), envp.data());
        ::_exit(127);
    }
}

terminal_process::~terminal_process()
{
    if (!exit_code_) {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
    ::close(terminal_);
}

void terminal_process::type(const std::string& text) const
{
    if (::write(terminal_, text.data(), text.size()) != static_cast<ssize_t>(text.size()))
        throw std::runtime_error("the terminal took not all that was typed");
}

void terminal_process::resize(unsigned short lines, unsigned short columns) const
{
    const winsize size{.ws_row = lines, .ws_col = columns, .ws_xpixel = 0, .ws_ypixel = 0};
    ::ioctl(terminal_, TIOCSWINSZ, &size);
}

bool terminal_process::takes_lines() const
{
    termios now{};
    return ::tcgetattr(terminal_, &now) == 0 && (now.c_lflag & ICANON) != 0 && (now.c_lflag & ECHO) != 0;
}

bool terminal_process::read_more(std::chrono::milliseconds patience)
{
    pollfd ready{.fd = terminal_, .events = POLLIN, .revents = 0};
    if (::poll(&ready, 1, static_cast<int>(patience.count())) <= 0)
        return true;
    std::array<char, 4096> block{};
    const auto got = ::read(terminal_, block.data(), block.size());
    if (got <= 0) // EIO
        return false;
    shown_.append(block.data(), static_cast<std::size_t>(got));
    return true;
}

const std::string& terminal_process::shown()
{
    read_more(std::chrono::milliseconds{0});
    return shown_;
}

void terminal_process::wait_for(const std::string& text, int times, std::chrono::milliseconds limit)
{
    for (const auto until = clock::now() + limit; times_in(shown_, text) < times;)
        if (clock::now() >= until || !read_more(std::chrono::milliseconds{20}))
            throw std::runtime_error("the terminal did not show \"" + text + "\": " + shown_);
}

int terminal_process::wait(std::chrono::milliseconds limit)
{
    for (const auto until = clock::now() + limit; read_more(std::chrono::milliseconds{100});)
        if (clock::now() >= until)
            throw std::runtime_error("the program on the terminal did not end: " + shown_);
    int status = 0;
    ::waitpid(pid_, &status, 0);
    exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return *exit_code_;
}

terminal_result run_on_terminal(const std::vector<std::string>& arguments,
                                const std::map<std::string, std::string>& environment, const std::string& typed)
{
    terminal_process process{arguments, environment};
    process.type(typed);
    const int code = process.wait();
    return {code, process.shown()};
}

} // namespace lightdash::testing
