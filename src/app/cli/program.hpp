// The whole command line as data: the program itself, then its commands.
#pragma once

#include "app/cli/command.hpp"

#include <memory>
#include <string_view>
#include <vector>

namespace lightdash::app {

// What every command takes, before or behind its name.
struct program_options {
    std::string colour = "auto";
    bool no_input = false;

    void describe(option_list& are);
    terminal shown_on(int descriptor) const; // STDOUT_FILENO or STDERR_FILENO
};

struct program {
    std::vector<command> commands; // depth first, the program itself first; each has its --help
    std::shared_ptr<const program_options> given;
};
program make_program();
// Of these commands, depth first; tests have their own.
program make_program(std::vector<command> commands);

// Null: there is no such command.
const command* find_command(const std::vector<command>& all, std::string_view path);
// "lightdash-backend db"
std::string called(std::string_view path);

} // namespace lightdash::app
