#include "app/cli/command_tree.hpp"

#include <algorithm>

namespace lightdash::app {
namespace {

// CLI11 says "WHEN:{auto,never,always}", "N:INT in [1 - 100000]", "TEXT REQUIRED".
std::vector<std::string> choices_in(const std::string& type)
{
    const auto open = type.find('{'), close = type.find('}');
    std::vector<std::string> found;
    if (open == std::string::npos || close == std::string::npos)
        return found;
    for (auto at = open + 1; at < close;) {
        const auto end = std::min(type.find(',', at), close);
        found.push_back(type.substr(at, end - at));
        at = end + 1;
    }
    return found;
}

option_facts facts_of(const CLI::Option& option)
{
    option_facts made;
    made.positional = option.get_positional();
    if (made.positional)
        made.names.push_back(option.get_name(true));
    for (const auto& name : option.get_lnames())
        made.names.push_back("--" + name);
    for (const auto& name : option.get_snames())
        made.names.push_back("-" + name);
    made.meaning = option.get_description();
    made.required = option.get_required();
    if (option.get_items_expected_max() > 0) {
        const auto type = option.get_type_name();
        made.choices = choices_in(type);
        made.value = type.substr(0, type.find_first_of(": "));
    }
    return made;
}

void collect(const CLI::App& command, const std::string& path, std::vector<command_facts>& into)
{
    const auto place = into.size();
    into.push_back({path, command.get_description(), {}, {}, {}});
    const auto footer = command.get_footer();
    if (const auto at = footer.find('\n'); footer.starts_with("Examples:") && at != std::string::npos)
        into[place].examples = footer.substr(at + 1);
    for (const auto* option : command.get_options())
        into[place].options.push_back(facts_of(*option));
    for (const auto* nested : command.get_subcommands({})) {
        const auto below = path.empty() ? nested->get_name() : path + " " + nested->get_name();
        into[place].nested.push_back(below);
        collect(*nested, below, into);
    }
}

} // namespace

std::vector<command_facts> facts_of(const CLI::App& root)
{
    std::vector<command_facts> all;
    collect(root, "", all);
    return all;
}

std::string last_word(const std::string& path)
{
    const auto blank = path.rfind(' ');
    return blank == std::string::npos ? path : path.substr(blank + 1);
}

} // namespace lightdash::app
