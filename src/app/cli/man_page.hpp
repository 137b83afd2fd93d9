// The manual page lightdash-backend(1), generated from the command tree and the table of settings.
#pragma once

#include "app/cli/program.hpp"

#include <string>
#include <vector>

namespace lightdash::app {

std::string man_page(const std::vector<command>& commands);

// "0: done, or nothing to do" and so on: README, man page and --help say the same.
struct exit_meaning {
    int code;
    std::string_view meaning;
};
const std::vector<exit_meaning>& exit_meanings();

} // namespace lightdash::app
