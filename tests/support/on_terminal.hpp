// The real program on a pseudo-terminal, as a person sees it.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace lightdash::testing {

struct terminal_result {
    int exit_code;
    std::string shown; // stdout, stderr and the echo of what was typed
};

// `typed` is what the person types, with its line ends. The terminal is 80 columns wide. Throws std::runtime_error when
// there is no pseudo-terminal.
terminal_result run_on_terminal(const std::vector<std::string>& arguments,
                                const std::map<std::string, std::string>& environment, const std::string& typed = {});

} // namespace lightdash::testing
