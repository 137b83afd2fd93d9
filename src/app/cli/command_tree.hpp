// The commands as data, from the same CLI11 tree that --help prints: completion, the man page and tests read it.
#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

namespace lightdash::app {

struct option_facts {
    std::vector<std::string> names; // "--yes", "-y"; a positional's name alone
    std::string meaning;
    std::string value;                // "WHEN"; "" for a flag
    std::vector<std::string> choices; // where only these are allowed
    bool positional = false;
    bool required = false;
};

struct command_facts {
    std::string path; // "db create"; "" for the program itself
    std::string meaning;
    std::string examples; // lines, indented by two blanks
    std::vector<option_facts> options;
    std::vector<std::string> nested; // paths

    bool runs() const noexcept { return nested.empty(); }
};

// Depth first, the program itself first.
std::vector<command_facts> facts_of(const CLI::App& root);

// The last word of a path: "create".
std::string last_word(const std::string& path);

} // namespace lightdash::app
