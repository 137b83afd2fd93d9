#include "app/commands/db/inspection.hpp"

#include "lightdash/core/units.hpp"

#include <fmt/format.h>

namespace lightdash::app {

inspection_command add_inspection(command_line& line, CLI::App& db, const std::string& name, const std::string& meaning,
                                  const std::string& examples, const std::string& json_shape)
{
    inspection_command made{line.add_under(db, name, meaning, examples)};
    line.add_setting_flags(made.command, {"LIGHTDASH_DATA_DIR"});
    made.command.add_flag("--json", *made.json, "Print " + json_shape);
    return made;
}

void add_duration(CLI::App& command, const std::string& name, std::shared_ptr<std::chrono::milliseconds> into,
                  const std::string& meaning)
{
    command
        .add_option_function<std::string>(
            name, [into](const std::string& text) { *into = parse_duration(text).value_or(*into); }, meaning)
        ->check([](const std::string& text) {
            return parse_duration(text)
                       ? std::string{}
                       : "'" + text + "' is no duration: a whole number and ms, s, m or h, as 250ms or 1h";
        })
        ->type_name("TIME");
}

void print_lines(const terminal& where, const std::vector<std::string>& lines)
{
    for (const auto& line : lines) {
        const auto harmless = printable(line);
        fmt::print("{}\n", where.width == 0 ? harmless : cut_to_width(harmless, where.width, where.unicode));
    }
}

void print_hint(const ops::hidden_sessions& hidden)
{
    if (const auto text = ops::hint(hidden); !text.empty())
        fmt::print(stderr, "{}\n", text);
}

std::string short_name(const std::string& schema, const std::string& name)
{
    return schema == "public" ? name : schema + "." + name;
}

} // namespace lightdash::app
