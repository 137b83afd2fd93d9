#include "app/cli/help_format.hpp"

namespace lightdash::app {

help_format::help_format()
{
    column_width(32);
    label("SUBCOMMAND", "COMMAND");
    label("Subcommand", "Command");
    label("Subcommands", "Commands");
}

std::string help_format::make_help(const CLI::App* command, std::string name, CLI::AppFormatMode mode) const
{
    if (mode == CLI::AppFormatMode::Sub)
        return make_expanded(command);
    std::string text = make_description(command) + make_usage(command, std::move(name));
    if (command->get_parent() != nullptr)
        if (const auto examples = make_footer(command); !examples.empty())
            text += examples.front() == '\n' ? examples : "\n" + examples;
    text += make_positionals(command) + make_groups(command, mode) + make_subcommands(command, mode);
    if (command->get_parent() == nullptr)
        text += "\n" + make_footer(command);
    return text;
}

} // namespace lightdash::app
