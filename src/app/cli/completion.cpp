#include "app/cli/completion.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <iterator>

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

// What the option's value, or the argument, may be, as far as it is known.
std::vector<word> values_of(const command& command, const option& option, const std::vector<std::string>& migrations)
{
    const bool migrates = command.path.starts_with("migrate") || command.path.starts_with("rollback");
    const bool named = option.names.front() == "--to" || (option.positional && option.names.front() == "NAME");
    std::vector<word> made;
    for (const auto& value : migrates&& named ? migrations : option.choices)
        made.push_back({value, ""});
    return made;
}

// Its commands, or its options and the values of its arguments.
std::vector<word> words_of(const command& of, const std::vector<command>& all,
                           const std::vector<std::string>& migrations)
{
    std::vector<word> made;
    for (const auto& path : of.nested) {
        const auto found = std::ranges::find(all, path, &command::path);
        made.push_back({std::string{last_word(path)}, found->meaning});
    }
    for (const auto& option : of.options) {
        if (!option.positional)
            made.push_back({option.names.front(), option.meaning});
        else
            std::ranges::move(values_of(of, option, migrations), std::back_inserter(made));
    }
    return made;
}

std::string joined(const std::vector<word>& words)
{
    std::string text;
    for (const auto& one : words)
        text += (text.empty() ? "" : " ") + one.text;
    return text;
}

// In bash and zsh: the word is added to `at` when that makes the path of a command.
std::string follow_path(const std::vector<command>& commands)
{
    std::string text = "        before=$word\n"
                       "        case \"${at:+$at }$word\" in\n"
                       "        ";
    for (const auto& command : commands)
        if (!command.path.empty())
            text += single_quoted(command.path) + (&command == &commands.back() ? "" : "|");
    return text + ") at=\"${at:+$at }$word\" ;;\n"
                  "        esac\n";
}

// In bash and zsh: `assign` as the shell writes it, for the values of the option in `before`, else for the words of the
// command in `at`.
std::string choose_candidates(const std::vector<command>& commands, const std::vector<std::string>& migrations,
                              const std::function<std::string(const std::vector<word>&)>& assign)
{
    std::string text = "    case \"$at|$before\" in\n";
    for (const auto& command : commands)
        for (const auto& option : command.options)
            if (!option.positional && !option.value.empty())
                text += fmt::format("    {}) {} ;;\n", single_quoted(command.path + "|" + option.names.front()),
                                    assign(values_of(command, option, migrations)));
    text += "    *)\n        case $at in\n";
    for (const auto& command : commands)
        text += fmt::format("        {}) {} ;;\n", single_quoted(command.path),
                            assign(words_of(command, commands, migrations)));
    return text + "        esac ;;\n"
                  "    esac\n";
}

std::string bash_script(const std::vector<command>& commands, const std::vector<std::string>& migrations)
{
    const auto assign = [](const std::vector<word>& words) {
        return "candidates=" + (words.empty() ? "-" : single_quoted(joined(words)));
    };
    return "# bash completion of lightdash-backend: source it, or put it into\n"
           "# /etc/bash_completion.d/lightdash-backend\n"
           "_lightdash_backend() {\n"
           "    local line=${COMP_LINE:0:COMP_POINT} at='' current='' before='' candidates='' word\n"
           "    local -a given\n"
           "    read -ra given <<<\"$line\"\n"
           "    if [[ $line != *' ' ]]; then\n"
           "        current=${given[-1]}\n"
           "        unset 'given[-1]'\n"
           "    fi\n"
           "    for word in \"${given[@]:1}\"; do\n" +
           follow_path(commands) +
           "    done\n"
           "    COMPREPLY=()\n" +
           choose_candidates(commands, migrations, assign) +
           "    [[ $candidates == - ]] && return # a value of any kind: files are offered\n"
           "    mapfile -t COMPREPLY < <(compgen -W \"$candidates\" -- \"$current\")\n"
           "    # To bash a colon ends a word: what stands before it is there already.\n"
           "    if [[ $current == *:* && $COMP_WORDBREAKS == *:* ]]; then\n"
           "        COMPREPLY=(\"${COMPREPLY[@]#\"${current%\"${current##*:}\"}\"}\")\n"
           "    fi\n"
           "}\n"
           "complete -o bashdefault -o default -F _lightdash_backend lightdash-backend\n";
}

std::string zsh_word(const word& one)
{
    std::string name;
    for (const char c : one.text)
        name += c == ':' ? std::string{"\\:"} : std::string(1, c);
    return single_quoted(name + ":" + one.meaning);
}

std::string zsh_script(const std::vector<command>& commands, const std::vector<std::string>& migrations)
{
    const auto assign = [](const std::vector<word>& words) {
        std::string text = "candidates=(";
        for (const auto& one : words)
            text += "\n            " + zsh_word(one);
        return text + ")";
    };
    return "#compdef lightdash-backend\n"
           "# zsh completion of lightdash-backend: save it as _lightdash-backend in a folder of $fpath\n"
           "_lightdash_backend() {\n"
           "    local at='' before='' word\n"
           "    local -a candidates\n"
           "    for word in \"${(@)words[2,CURRENT-1]}\"; do\n" +
           follow_path(commands) + "    done\n" + choose_candidates(commands, migrations, assign) +
           "    (( $#candidates )) && _describe 'lightdash-backend' candidates\n"
           "    [[ $PREFIX == -* ]] || _files\n"
           "}\n"
           "if [[ $funcstack[1] == _lightdash-backend ]]; then\n"
           "    _lightdash_backend \"$@\"\n"
           "else\n"
           "    compdef _lightdash_backend lightdash-backend\n"
           "fi\n";
}

std::string fish_script(const std::vector<command>& commands, const std::vector<std::string>& migrations)
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
            const auto found = std::ranges::find(commands, path, &command::path);
            text += fmt::format("complete -c lightdash-backend -f -n {} -a {} -d {}\n", here,
                                fish_quoted(last_word(path)), fish_quoted(found->meaning));
        }
        for (const auto& option : command.options) {
            const auto values = values_of(command, option, migrations);
            if (option.positional) {
                if (!values.empty())
                    text +=
                        fmt::format("complete -c lightdash-backend -n {} -a {}\n", here, fish_quoted(joined(values)));
                continue;
            }
            text += fmt::format("complete -c lightdash-backend -n {}", here);
            for (const auto& name : option.names)
                text += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
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

std::string completion_script(std::string_view shell, const std::vector<command>& commands,
                              const std::vector<std::string>& migrations)
{
    if (shell == "bash")
        return bash_script(commands, migrations);
    return shell == "zsh" ? zsh_script(commands, migrations) : fish_script(commands, migrations);
}

} // namespace lightdash::app
