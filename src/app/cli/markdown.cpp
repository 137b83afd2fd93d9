#include "app/cli/markdown.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace lightdash::app {
namespace {

bool is_everywhere(const option& of)
{
    constexpr std::array<std::string_view, 3> everywhere{"--help", "--json", "--data-dir"};
    return std::ranges::find(everywhere, of.names.front()) != everywhere.end();
}

// "--to NAME", "--wait[=TIME]", "--dry-run"
std::string shown(const option& of)
{
    const auto& name = of.names.front();
    if (of.value.empty())
        return name;
    return fmt::format(fmt::runtime(of.values == option_values::one_or_nothing ? "{}[={}]" : "{} {}"), name, of.value);
}

std::string row_of(const command& of)
{
    auto call = of.path;
    std::string options;
    for (const auto& one : of.options) {
        if (one.positional)
            call += fmt::format(fmt::runtime(one.required ? " {}" : " [{}]"), one.names.front());
        else if (!is_everywhere(one))
            options += fmt::format("{}`{}`", options.empty() ? "" : ", ", shown(one));
    }
    return fmt::format("| `{}` | {} | {} |\n", call, of.meaning, options);
}

} // namespace

std::string commands_markdown(const std::vector<command>& all)
{
    std::string text = "| command | does | options |\n|---|---|---|\n";
    for (const auto& one : all)
        if (one.runs())
            text += row_of(one);
    return text;
}

} // namespace lightdash::app
