#include "support/on_terminal.hpp"

#include "support/backend_process.hpp"

#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <stdexcept>

namespace lightdash::testing {

terminal_result run_on_terminal(const std::vector<std::string>& arguments,
                                const std::map<std::string, std::string>& environment, const std::string& typed)
{
    std::vector<std::string> texts{backend_binary()}, variables;
    texts.insert(texts.end(), arguments.begin(), arguments.end());
    if (!environment.contains("TERM"))
        variables.emplace_back("TERM=xterm");
    for (const auto& [name, value] : environment)
        variables.push_back(name + '=' + value);
    std::vector<char*> argv, envp;
    for (auto& text : texts)
        argv.push_back(text.data());
    for (auto& text : variables)
        envp.push_back(text.data());
    argv.push_back(nullptr);
    envp.push_back(nullptr);

    winsize size{.ws_row = 25, .ws_col = 80, .ws_xpixel = 0, .ws_ypixel = 0};
    int terminal = -1;
    const pid_t pid = ::forkpty(&terminal, nullptr, nullptr, &size);
    if (pid < 0)
        throw std::runtime_error("no pseudo-terminal");
    if (pid == 0) {
        if (::chdir("/") == 0) // no .env of a developer
            ::execve(argv[0], argv.data(), envp.data());
        ::_exit(127);
    }
    [[maybe_unused]] const auto written = ::write(terminal, typed.data(), typed.size());
    terminal_result made{0, {}};
    std::array<char, 4096> block{};
    for (ssize_t got = 0; (got = ::read(terminal, block.data(), block.size())) > 0;) // EIO: nobody holds it any more
        made.shown.append(block.data(), static_cast<std::size_t>(got));
    int status = 0;
    ::waitpid(pid, &status, 0);
    ::close(terminal);
    made.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return made;
}

} // namespace lightdash::testing
