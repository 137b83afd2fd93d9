#include "app/cli/program.hpp"

#include "app/commands/list.hpp"

#include <algorithm>
#include <unistd.h>

namespace lightdash::app {
namespace {

std::string_view parent_of(std::string_view path)
{
    const auto blank = path.rfind(' ');
    return blank == std::string_view::npos ? std::string_view{} : path.substr(0, blank);
}

option help_option()
{
    option made;
    made.names = {"--help", "-h"};
    made.meaning = "Show this help";
    made.values = option_values::none;
    return made;
}

option version_option()
{
    auto made = help_option();
    made.names = {"--version"};
    made.meaning = "Display program version information and exit";
    return made;
}

} // namespace

std::string_view last_word(std::string_view path)
{
    return path.substr(path.rfind(' ') + 1); // npos + 1 is 0
}

void program_options::describe(option_list& are)
{
    are.value("--color", colour, "Colours: auto (default: on a terminal, without NO_COLOR), never or always")
        .one_of({"auto", "never", "always"})
        .named("WHEN");
    are.flag("--no-input", no_input, "Never ask");
}

terminal program_options::shown_on(int descriptor) const
{
    return terminal::of(descriptor, colour == "never"    ? colour_choice::never
                                    : colour == "always" ? colour_choice::always
                                                         : colour_choice::automatic);
}

program make_program()
{
    return make_program({
#define LIGHTDASH_MAKE(name) commands::name(),
        LIGHTDASH_COMMANDS(LIGHTDASH_MAKE)
#undef LIGHTDASH_MAKE
    });
}

program make_program(std::vector<command> commands)
{
    const auto given = std::make_shared<program_options>();
    auto root = family_of_commands(
        {.path = "", .meaning = "Lightdash's database layer as an HTTP + JSON service over PostgreSQL."});
    root.options.push_back(version_option());
    bool no_json = false;
    option_list are{root.options, no_json};
    given->describe(are);
    root.filled = given;
    commands.insert(commands.begin(), std::move(root));
    for (auto& one : commands) {
        one.options.push_back(help_option()); // behind what is its own
        for (const auto& other : commands)
            if (!other.path.empty() && parent_of(other.path) == one.path)
                one.nested.push_back(other.path);
    }
    return {std::move(commands), given};
}

const command* find_command(const std::vector<command>& all, std::string_view path)
{
    const auto found = std::ranges::find(all, path, &command::path);
    return found == all.end() ? nullptr : &*found;
}

std::string called(std::string_view path)
{
    return path.empty() ? "lightdash-backend" : "lightdash-backend " + std::string{path};
}

} // namespace lightdash::app
