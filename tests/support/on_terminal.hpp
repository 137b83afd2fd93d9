// The real program on a pseudo-terminal, as a person sees it.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace lightdash::testing {

// Runs while it lives; killed afterwards.
class terminal_process {
public:
    // The terminal has 25 lines of 80 columns. Throws std::runtime_error when there is no pseudo-terminal.
    terminal_process(const std::vector<std::string>& arguments, const std::map<std::string, std::string>& environment);
    terminal_process(const terminal_process&) = delete;
    terminal_process& operator=(const terminal_process&) = delete;
    ~terminal_process();

    // What the person types, with its line ends; "\x03" is Ctrl-C.
    void type(const std::string& text) const;
    void resize(unsigned short lines, unsigned short columns) const;
    // The terminal hands keys over as lines that it echoes: what a shell expects to find again.
    bool takes_lines() const;
    // stdout, stderr and the echo of what was typed, so far.
    const std::string& shown();
    // Waits until `text` was shown at least `times`; throws with all that was shown when `limit` passes or it ended.
    void wait_for(const std::string& text, int times = 1, std::chrono::milliseconds limit = std::chrono::seconds{20});
    // Reads until it ends; 128 + signal when one ended it. Throws with all that was shown when `limit` passes.
    int wait(std::chrono::milliseconds limit = std::chrono::seconds{60});

private:
    bool read_more(std::chrono::milliseconds patience); // false: nobody holds the terminal any more

    pid_t pid_ = -1;
    int terminal_ = -1;
    std::string shown_;
    std::optional<int> exit_code_;
};

struct terminal_result {
    int exit_code;
    std::string shown; // stdout, stderr and the echo of what was typed
};

// Runs one command to its end; `typed` is there before it starts.
terminal_result run_on_terminal(const std::vector<std::string>& arguments,
                                const std::map<std::string, std::string>& environment, const std::string& typed = {});

} // namespace lightdash::testing
