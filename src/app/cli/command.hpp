// One command: how it is called, and what it does. A file of app/commands each, and a line in app/commands/list.hpp.
#pragma once

#include "app/cli/option.hpp"
#include "app/config/config.hpp"
#include "app/terminal/terminal.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace lightdash::app {

struct command;

// What a command is run with, besides its own options.
struct invocation {
    const loaded_settings& loaded; // as they are by default for a command that needs none
    const std::vector<command>& program;
    terminal out, err;
    bool may_ask = true;
    bool json = false; // --json was given

    const settings& config() const noexcept { return loaded.values; }
    bool in_production() const noexcept { return config().env == environment::production; }
};

struct command {
    std::string path; // "db create"; "" for the program itself
    std::string meaning;
    std::string examples; // lines, indented by two blanks, the commonest first
    std::vector<option> options;
    std::vector<std::string> nested; // paths

    std::function<int(const invocation&)> run; // returns the exit code; empty for a family of commands
    bool needs_settings = true;                // else it works where they are not valid
    bool has_log = false;                      // a server: its warnings and failures are lines of its log too
    std::shared_ptr<const void> filled;        // what the options fill
    std::shared_ptr<const bool> json;

    bool runs() const noexcept { return nested.empty(); }
};

// The last word of a path: "create".
std::string_view last_word(std::string_view path);

// What is said of a command beside its options.
struct command_text {
    std::string path;
    std::string meaning;
    std::string examples = {};
};

// A command whose options fill an Options, which describes itself: void describe(option_list&).
template <class Options>
command command_of(command_text text, int (*run)(const invocation&, const Options&))
{
    auto filled = std::make_shared<Options>();
    auto json = std::make_shared<bool>(false);
    command made{
        .path = std::move(text.path), .meaning = std::move(text.meaning), .examples = std::move(text.examples)};
    option_list are{made.options, *json};
    filled->describe(are);
    made.run = [filled, run](const invocation& call) { return run(call, *filled); };
    made.filled = filled;
    made.json = json;
    return made;
}

// One that takes no option of its own.
struct no_options {
    void describe(option_list&) {}
};

// Only what its nested commands have in common: "db".
inline command family_of_commands(command_text text)
{
    return {.path = std::move(text.path), .meaning = std::move(text.meaning), .examples = std::move(text.examples)};
}

} // namespace lightdash::app
