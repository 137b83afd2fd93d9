#include "modules/organizations/model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace lightdash::organizations {
namespace {

constexpr std::size_t most_colors = 50;

// #rgb, #rrggbb or #rrggbbaa
bool is_color(std::string_view text)
{
    constexpr std::string_view digits = "0123456789abcdefABCDEF";
    return (text.size() == 4 || text.size() == 7 || text.size() == 9) && text.front() == '#' &&
           text.find_first_not_of(digits, 1) == std::string_view::npos;
}

} // namespace

void organization_changes::validate(json::faults& faults) const
{
    if (name) {
        faults.text_length("name", *name, 1, 255);
        faults.require(name->find_first_not_of(" \t\r\n") != std::string::npos, "name", "The name is blank.");
    }
    if (!chart_colors)
        return;
    faults.require(chart_colors->size() <= most_colors, "chartColors",
                   fmt::format("Must have at most {} elements.", most_colors));
    for (std::size_t i = 0; i < chart_colors->size(); ++i)
        if (!is_color((*chart_colors)[i]))
            faults.add_at(fmt::format("/chartColors/{}", i), "Must be a colour such as #7162ff.");
}

} // namespace lightdash::organizations
