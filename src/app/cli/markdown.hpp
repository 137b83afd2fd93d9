// README's table of commands, from their descriptions.
#pragma once

#include "app/cli/command.hpp"

#include <string>
#include <vector>

namespace lightdash::app {

// A line each: how it is called, what it does, and its options but those that most commands have.
std::string commands_markdown(const std::vector<command>& all);

} // namespace lightdash::app
