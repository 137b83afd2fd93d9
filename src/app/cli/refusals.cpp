#include "app/cli/refusals.hpp"

#include "app/cli/familiar_names.hpp"
#include "app/cli/help.hpp"
#include "app/cli/program.hpp"
#include "lightdash/core/near_match.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <iterator>

namespace lightdash::app {
namespace {

std::string path_below(const command& parent, std::string_view word)
{
    return parent.path.empty() ? std::string{word} : fmt::format("{} {}", parent.path, word);
}

// False when no other tool calls a command so.
bool print_familiar(const std::string& words)
{
    const auto meaning = familiar_command(words);
    if (!meaning.empty())
        fmt::print(stderr, "lightdash-backend: there is no command '{}': {}.\n", words, meaning);
    return !meaning.empty();
}

void print_unknown(const command& parent, std::string_view given)
{
    const auto words = path_below(parent, given);
    if (print_familiar(words))
        return;
    std::vector<std::string_view> names;
    std::ranges::transform(parent.nested, std::back_inserter(names), last_word);
    const auto nearest = did_you_mean(given, names);
    fmt::print(stderr, "lightdash-backend: there is no command '{}'{}\n'{} --help' lists the commands.\n", words,
               nearest.empty() ? "." : nearest, called(parent.path));
}

} // namespace

bool refuse_command_words(const std::vector<command>& all, const std::vector<std::string_view>& words)
{
    const auto* at = &all.front();
    for (auto word = words.begin(); word != words.end(); ++word) {
        if (*word == "--help" || *word == "-h" || *word == "--version")
            return false;
        if (word->starts_with('-')) {
            if (*word == "--color" && std::next(word) != words.end())
                ++word; // its value is no command
            continue;
        }
        const auto* found = word->empty() ? nullptr : find_command(all, path_below(*at, *word));
        if (!found) {
            print_unknown(*at, *word);
            return true;
        }
        at = found;
        if (at->runs()) // the rest are its arguments
            return std::next(word) != words.end() && print_familiar(fmt::format("{} {}", *word, *std::next(word)));
    }
    if (at == &all.front())
        return false;
    fmt::print(stderr, "lightdash-backend: '{}' needs one more word.\n\n{}", called(at->path), help_text(*at, all));
    return true;
}

void print_unexpected(const std::vector<command>& all, const command& of, std::string_view given)
{
    const auto path = called(of.path);
    if (!given.starts_with('-')) {
        fmt::print(stderr, "lightdash-backend: '{}' takes no argument '{}'", path, given);
    } else {
        std::vector<std::string_view> names;
        for (const auto& one : all) // its own and those of the families above it
            if (one.path.empty() || of.path == one.path || of.path.starts_with(one.path + " "))
                for (const auto& option : one.options)
                    if (!option.positional)
                        names.push_back(option.names.front());
        std::ranges::sort(names);
        names.erase(std::ranges::unique(names).begin(), names.end()); // --help is everybody's
        fmt::print(stderr, "lightdash-backend: '{}' has no option {}{}", path, given, did_you_mean(given, names));
    }
    fmt::print(stderr, "\n'{} --help' shows what it takes.\n", path);
}

} // namespace lightdash::app
