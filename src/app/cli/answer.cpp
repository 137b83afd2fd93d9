#include "app/cli/answer.hpp"

#include <fmt/format.h>

namespace lightdash::app {

void show_line(const std::string& text, const invocation&)
{
    fmt::print("{}\n", text);
}

void show_text(const std::string& text, const invocation&)
{
    fmt::print("{}", text);
}

} // namespace lightdash::app
