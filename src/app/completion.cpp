#include "app/completion.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lightdash::app {
namespace {

// One candidate with what it means.
struct word {
    std::string text, meaning;
};

std::string single_quoted(std::string_view text)
{
    std::string quoted = "'";
    for (const char c : text)
        quoted += c == '\'' ? std::string{"'\\''"} : std::string(1, c);
    return quoted + "'";
}

// Fish knows \' inside single quotes, not the other shells' '\''.
std::string fish_quoted(std::string_view text)
{
    std::string quoted = "'";
    for (const char c : text) {
        if (c == '\'' || c == '\\')
            quoted += '\\';
        quoted += c;
    }
    return quoted + "'";
}

std::vector<word> words_of(const command_facts& command, const std::vector<command_facts>& all)
{
    std::vector<word> made;
    for (const auto& path : command.nested) {
        const auto found = std::ranges::find(all, path, &command_facts::path);
        made.push_back({last_word(path), found->meaning});
    }
    for (const auto& option : command.options)
        if (!option.positional)
            made.push_back({option.names.front(), option.meaning});
    return made;
}

std::vector<std::string> values_of(const command_facts& command, const option_facts& option,
                                   const std::vector<std::string>& migrations)
{
    if (option.names.front() == "--to" && command.path.starts_with("migrate"))
        return migrations;
    return option.choices;
}

// Visits each option with a value, of each command: the values that are known, or none for files.
template <class Visit>
void for_each_value(const std::vector<command_facts>& commands, const std::vector<std::string>& migrations, Visit visit)
{
    for (const auto& command : commands)
        for (const auto& option : command.options)
            if (!option.positional && !option.value.empty())
                visit(command, option, values_of(command, option, migrations));
}

// "path option" is what the scripts of bash and zsh look values up by.
std::string value_key(const command_facts& command, const option_facts& option)
{
    return single_quoted(command.path + "|" + option.names.front());
}

std::string command_cases(const std::vector<command_facts>& commands)
{
    std::string text;
    for (const auto& command : commands)
        if (!command.path.empty())
            text += (text.empty() ? "" : "|") + single_quoted(command.path);
    return text;
}

std::string joined(const std::vector<std::string>& texts)
{
    return fmt::format("{}", fmt::join(texts, " "));
}

std::string bash_script(const std::vector<command_facts>& commands, const std::vector<std::string>& migrations)
{
    std::string text = "# bash completion of lightdash-backend: source it, or put it into\n"
                       "# /etc/bash_completion.d/lightdash-backend\n"
                       "_lightdash_backend() {\n"
                       "    local line=${COMP_LINE:0:COMP_POINT} path='' current='' before='' candidates='' word\n"
                       "    local -a given\n"
                       "    read -ra given <<<\"$line\"\n"
                       "    if [[ $line != *' ' ]]; then\n"
                       "        current=${given[-1]}\n"
                       "        unset 'given[-1]'\n"
                       "    fi\n"
                       "    for word in \"${given[@]:1}\"; do\n"
                       "        before=$word\n"
                       "        case \"${path:+$path }$word\" in\n"
                       "        ";
    text += command_cases(commands);
    text += ") path=\"${path:+$path }$word\" ;;\n"
            "        esac\n"
            "    done\n"
            "    COMPREPLY=()\n"
            "    case \"$path|$before\" in\n";
    for_each_value(commands, migrations, [&](const auto& command, const auto& option, const auto& values) {
        text += fmt::format("    {}) candidates={} ;;\n", value_key(command, option),
                            values.empty() ? "-" : single_quoted(joined(values)));
    });
    text += "    *)\n        case $path in\n";
    for (const auto& command : commands) {
        std::vector<std::string> names;
        for (const auto& one : words_of(command, commands))
            names.push_back(one.text);
        text +=
            fmt::format("        {}) candidates={} ;;\n", single_quoted(command.path), single_quoted(joined(names)));
    }
    text += "        esac ;;\n"
            "    esac\n"
            "    [[ $candidates == - ]] && return # a value of any kind: files are offered\n"
            "    mapfile -t COMPREPLY < <(compgen -W \"$candidates\" -- \"$current\")\n"
            "    # To bash a colon ends a word: what stands before it is there already.\n"
            "    if [[ $current == *:* && $COMP_WORDBREAKS == *:* ]]; then\n"
            "        COMPREPLY=(\"${COMPREPLY[@]#\"${current%\"${current##*:}\"}\"}\")\n"
            "    fi\n"
            "}\n"
            "complete -o bashdefault -o default -F _lightdash_backend lightdash-backend\n";
    return text;
}

std::string zsh_word(const word& one)
{
    std::string name;
    for (const char c : one.text)
        name += c == ':' ? std::string{"\\:"} : std::string(1, c);
    return single_quoted(name + ":" + one.meaning);
}

std::string zsh_script(const std::vector<command_facts>& commands, const std::vector<std::string>& migrations)
{
    std::string text = "#compdef lightdash-backend\n"
                       "# zsh completion of lightdash-backend: save it as _lightdash-backend in a folder of $fpath\n"
                       "_lightdash_backend() {\n"
                       "    local at='' before='' word\n"
                       "    local -a candidates\n"
                       "    for word in \"${(@)words[2,CURRENT-1]}\"; do\n"
                       "        before=$word\n"
                       "        case \"${at:+$at }$word\" in\n"
                       "        ";
    text += command_cases(commands);
    text += ") at=\"${at:+$at }$word\" ;;\n"
            "        esac\n"
            "    done\n"
            "    case \"$at|$before\" in\n";
    for_each_value(commands, migrations, [&](const auto& command, const auto& option, const auto& values) {
        std::vector<std::string> quoted;
        for (const auto& value : values)
            quoted.push_back(zsh_word({value, ""}));
        text += fmt::format("    {}) candidates=({}) ;;\n", value_key(command, option), joined(quoted));
    });
    text += "    *)\n        case $at in\n";
    for (const auto& command : commands) {
        text += fmt::format("        {}) candidates=(\n", single_quoted(command.path));
        for (const auto& one : words_of(command, commands))
            text += "            " + zsh_word(one) + "\n";
        text += "        ) ;;\n";
    }
    text += "        esac ;;\n"
            "    esac\n"
            "    (( $#candidates )) && _describe 'lightdash-backend' candidates\n"
            "    [[ $PREFIX == -* ]] || _files\n"
            "}\n"
            "if [[ $funcstack[1] == _lightdash-backend ]]; then\n"
            "    _lightdash_backend \"$@\"\n"
            "else\n"
            "    compdef _lightdash_backend lightdash-backend\n"
            "fi\n";
    return text;
}

std::string fish_script(const std::vector<command_facts>& commands, const std::vector<std::string>& migrations)
{
    std::string text = "# fish completion of lightdash-backend: save it as\n"
                       "# ~/.config/fish/completions/lightdash-backend.fish\n"
                       "function __lightdash_backend_at\n"
                       "    set -l path ''\n"
                       "    for word in (commandline -opc)[2..-1]\n"
                       "        set -l next (string trim -- \"$path $word\")\n"
                       "        if contains -- \"$next\"";
    for (const auto& command : commands)
        if (!command.path.empty())
            text += " " + fish_quoted(command.path);
    text += "\n"
            "            set path $next\n"
            "        end\n"
            "    end\n"
            "    test \"$path\" = \"$argv[1]\"\n"
            "end\n";
    for (const auto& command : commands) {
        const auto here = fish_quoted("__lightdash_backend_at " + fish_quoted(command.path));
        for (const auto& path : command.nested) {
            const auto found = std::ranges::find(commands, path, &command_facts::path);
            text += fmt::format("complete -c lightdash-backend -f -n {} -a {} -d {}\n", here,
                                fish_quoted(last_word(path)), fish_quoted(found->meaning));
        }
        for (const auto& option : command.options) {
            if (option.positional)
                continue;
            text += fmt::format("complete -c lightdash-backend -n {}", here);
            for (const auto& name : option.names)
                text += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
            const auto values = values_of(command, option, migrations);
            if (!values.empty())
                text += " -x -a " + fish_quoted(joined(values));
            else if (!option.value.empty())
                text += " -r";
            text += fmt::format(" -d {}\n", fish_quoted(option.meaning));
        }
    }
    return text;
}

} // namespace

std::string completion_script(std::string_view shell, const std::vector<command_facts>& commands,
                              const std::vector<std::string>& migrations)
{
    if (shell == "bash")
        return bash_script(commands, migrations);
    return shell == "zsh" ? zsh_script(commands, migrations) : fish_script(commands, migrations);
}

} // namespace lightdash::app
