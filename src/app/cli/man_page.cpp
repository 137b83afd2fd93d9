#include "app/cli/man_page.hpp"

#include "app/cli/version.hpp"
#include "app/config/config.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lightdash::app {
namespace {

constexpr std::string_view page_date = "2026-11-25"; // of its own words; the commands' are the program's

// Text that roff prints as it stands (man-pages(7), groff_char(7)).
std::string roff(std::string_view text)
{
    std::string made = text.starts_with('.') || text.starts_with('\'') ? "\\&" : "";
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\')
            made += "\\e";
        else if (text[i] == '-')
            made += "\\-";
        else if (text[i] == '`')
            continue; // the README's mark for code
        else if (text.substr(i).starts_with("…")) {
            made += "...";
            i += std::string_view{"…"}.size() - 1;
        } else
            made += text[i];
    }
    return made;
}

std::string synopsis(const command& command)
{
    std::string text = ".B lightdash\\-backend";
    if (!command.path.empty())
        text += " " + roff(command.path);
    text += "\n";
    if (!command.options.empty())
        text += ".RI [ OPTIONS ]\n";
    for (const auto& option : command.options)
        if (option.positional)
            text += option.required ? ".I " + roff(option.names.front()) + "\n"
                                    : ".RI [ " + roff(option.names.front()) + " ]\n";
    return text;
}

std::string options_text(const command& command)
{
    std::string text;
    for (const auto& option : command.options) {
        std::string names;
        for (const auto& name : option.names)
            names += (names.empty() ? "" : ", ") + roff(name);
        text += ".TP\n";
        if (option.positional)
            text += ".I " + names + "\n";
        else if (option.value.empty())
            text += ".B " + names + "\n";
        else
            text += ".BI \"" + names + " \" " + roff(option.value) + "\n";
        text += roff(option.meaning);
        if (!option.choices.empty() && option.meaning.find(option.choices.front()) == std::string::npos)
            text += " (" + roff(fmt::format("{}", fmt::join(option.choices, ", "))) + ")";
        text += ".\n";
    }
    return text;
}

std::string examples_text(const command& command)
{
    if (command.examples.empty())
        return {};
    std::string text = ".PP\nExamples:\n.PP\n.nf\n";
    std::string_view rest = command.examples;
    while (!rest.empty()) {
        const auto end = std::min(rest.find('\n'), rest.size());
        text += roff(rest.substr(0, end)) + "\n";
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return text + ".fi\n";
}

} // namespace

const std::vector<exit_meaning>& exit_meanings()
{
    static const std::vector<exit_meaning> all{
        {0, "Done, or nothing to do"},
        {1, "Anything else"},
        {2, "The command line or a setting is not valid"},
        {3, "Failed, and rolled back"},
        {4, "A lock was not had in time"},
        {5, "The history and the files disagree"},
        {6, "Refused by lint"},
        {7, "The database could not be reached"},
        {8, "Migrations are pending (migrate:status --check)"},
        {9, "An interrupted migration was found"},
        {130, "Interrupted, after a clean rollback"},
    };
    return all;
}

std::string man_page(const std::vector<command>& commands)
{
    const auto& root = commands.front();
    std::string text = fmt::format(".TH LIGHTDASH\\-BACKEND 1 {} \"lightdash\\-backend {}\" \"User Commands\"\n"
                                   ".SH NAME\nlightdash\\-backend \\- {}\n"
                                   ".SH SYNOPSIS\n.B lightdash\\-backend\n.RI [ OPTIONS ]\n.I COMMAND\n"
                                   ".RI [ ARGUMENTS ]\n",
                                   page_date, version, roff(root.meaning));
    text += ".SH OPTIONS\nThey may stand before or behind the command.\n" + options_text(root);
    text += ".SH COMMANDS\n";
    for (const auto& command : commands) {
        if (!command.runs())
            continue;
        text += ".SS " + roff(command.path) + "\n" + synopsis(command) + ".PP\n" + roff(command.meaning) + ".\n" +
                options_text(command) + examples_text(command);
    }
    text += ".SH EXIT STATUS\n";
    for (const auto& [code, meaning] : exit_meanings())
        text += fmt::format(".TP\n.B {}\n{}.\n", code, roff(meaning));
    text += ".SH ENVIRONMENT\nA flag wins over the environment, that over\n.I .env.local\nand\n.IR .env .\n";
    for (const auto& row : setting_table())
        text += fmt::format(".TP\n.B {}\n{}. Default: {}.\n", roff(row.name), roff(row.meaning), roff(row.fallback));
    text += ".SH SEE ALSO\n.BR psql (1),\n.BR pg_dump (1)\n";
    return text;
}

} // namespace lightdash::app
