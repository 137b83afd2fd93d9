#include "app/commands/db/inspect/inspection.hpp"

#include <fmt/format.h>

namespace lightdash::app {

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

bool is_own_server(const invocation& call)
{
    return call.config().database_url.empty();
}

void print_steps(const std::string& purpose, const std::vector<std::string>& steps, const invocation& call)
{
    fmt::print(stderr, "{}\n", purpose);
    for (std::size_t i = 0; i < steps.size(); ++i)
        fmt::print(stderr, "  {}. {}\n", i + 1, steps[i]);
    if (is_own_server(call))
        fmt::print(stderr, "This is the private PostgreSQL: whatever of these its machine has installed, it loads by "
                           "itself when it is started the next time.\n");
}

std::string short_name(const std::string& schema, const std::string& name)
{
    return schema == "public" ? name : schema + "." + name;
}

} // namespace lightdash::app
