// The words of a command line, read by CLI11 as the commands' descriptions say. Only cli11.cpp includes CLI11.
#pragma once

#include "app/cli/program.hpp"

#include <map>
#include <string>

namespace lightdash::app {

enum class parsed_as : unsigned char { command, help, version, unexpected_word, fault };

struct parsed_line {
    parsed_as what = parsed_as::command;
    const command* of = nullptr;                 // the command that was reached, or the program itself
    std::map<std::string, std::string> settings; // given as flags, by the setting's name
    std::string text; // of unexpected_word: the first such word; of fault: what is wrong, in a sentence without its end
};

// Fills what the options of the chosen command and of the program are bound to.
parsed_line parse(const program& from, int argc, const char* const* argv);

} // namespace lightdash::app
