// Completion scripts for shells, generated from the command tree.
#pragma once

#include "app/cli/program.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace lightdash::app {

// `shell`: bash, zsh or fish. `migrations` complete the value of migrate's --to.
std::string completion_script(std::string_view shell, const std::vector<command>& commands,
                              const std::vector<std::string>& migrations);

} // namespace lightdash::app
