#include "app/cli/help.hpp"

#include "app/cli/program.hpp"

#include <fmt/format.h>

namespace lightdash::app {
namespace {

constexpr std::size_t column = 32; // where the meanings begin

// "  --color WHEN        Colours"; the meaning on a line of its own where the name is too long.
std::string entry(const std::string& name, const std::string& meaning)
{
    const auto head = "  " + name;
    if (head.size() >= column)
        return fmt::format("{}\n{:{}}{}\n", head, "", column, meaning);
    return fmt::format("{:<{}}{}\n", head, column, meaning);
}

bool takes_several(const option& of)
{
    return of.values == option_values::many;
}

// "-y,--yes"
std::string names_of(const option& of)
{
    std::string names;
    for (auto name = of.names.rbegin(); name != of.names.rend(); ++name)
        names += (names.empty() ? "" : ",") + *name;
    return names;
}

std::string option_entry(const option& of)
{
    auto name = names_of(of);
    if (!of.value.empty())
        name += " " + of.label();
    if (takes_several(of))
        name += " ...";
    if (of.required)
        name += " REQUIRED";
    if (!of.excludes.empty())
        name += fmt::format(" Excludes: {}", fmt::join(of.excludes, " "));
    return entry(name, of.meaning);
}

std::string options_text(const command& of, bool positional, const char* title)
{
    std::string text;
    for (const auto& one : of.options)
        if (one.positional == positional)
            text += option_entry(one);
    return text.empty() ? text : fmt::format("\n{}:\n{}", title, text);
}

// "FILE", "[NAME...]"
std::string usage_of(const option& argument)
{
    const auto name = argument.names.front() + (takes_several(argument) ? "..." : "");
    return argument.required ? name : "[" + name + "]";
}

std::string usage_of(const command& of)
{
    auto usage = called(of.path) + " [OPTIONS]";
    for (const auto& one : of.options)
        if (one.positional)
            usage += " " + usage_of(one);
    if (!of.nested.empty())
        usage += of.path.empty() ? " [COMMAND]" : " COMMAND";
    return usage;
}

} // namespace

std::string help_text(const command& of, const std::vector<command>& all)
{
    auto text = fmt::format("{}\nUsage: {}\n", of.meaning, usage_of(of));
    if (!of.examples.empty())
        text += fmt::format("\nExamples:\n{}\n", of.examples);
    text += options_text(of, true, "Positionals") + options_text(of, false, "Options");
    if (!of.nested.empty())
        text += "\nSubcommands:\n";
    for (const auto& path : of.nested)
        text += entry(std::string{last_word(path)}, find_command(all, path)->meaning);
    if (of.path.empty())
        text += "\nSettings come from flags, the environment, .env.local, .env and defaults, in this order: "
                "'lightdash-backend config show' prints each and where it came from.\n"
                "'lightdash-backend COMMAND --help' shows a command's options and examples.\n";
    return text;
}

} // namespace lightdash::app
