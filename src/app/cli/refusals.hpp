// What is said of words that no command takes: near matches, and what other tools call so.
#pragma once

#include "app/cli/command.hpp"

#include <string_view>
#include <vector>

namespace lightdash::app {

// True when the words name no command, or only a family of commands; stderr then says so. The parser would only say
// that an argument was not expected, or that one is missing.
bool refuse_command_words(const std::vector<command>& all, const std::vector<std::string_view>& words);

// On stderr: an option or an argument that `of` does not take.
void print_unexpected(const std::vector<command>& all, const command& of, std::string_view given);

} // namespace lightdash::app
