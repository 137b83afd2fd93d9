// What --help prints: what a command does, how it is called, examples, then its options.
#pragma once

#include "app/cli/command.hpp"

#include <string>
#include <vector>

namespace lightdash::app {

std::string help_text(const command& of, const std::vector<command>& all);

} // namespace lightdash::app
