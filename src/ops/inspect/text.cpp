#include "lightdash/ops/inspect/text.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>

namespace lightdash::ops {

std::string short_duration(double seconds)
{
    if (seconds < 1)
        return fmt::format("{}ms", std::llround(seconds * 1000));
    if (seconds < 60)
        return fmt::format("{:.1f}s", std::floor(seconds * 10) / 10);
    const auto whole = static_cast<std::int64_t>(seconds);
    if (whole < 3600)
        return fmt::format("{}m {}s", whole / 60, whole % 60);
    if (whole < 86'400)
        return fmt::format("{}h {}m", whole / 3600, whole % 3600 / 60);
    return fmt::format("{}d {}h", whole / 86'400, whole % 86'400 / 3600);
}

std::string short_size(std::int64_t bytes)
{
    static constexpr std::array units{"B", "kB", "MB", "GB", "TB", "PB"};
    auto size = static_cast<double>(bytes);
    std::size_t unit = 0;
    for (; std::abs(size) >= 10'240 && unit + 1 < units.size(); ++unit)
        size /= 1024;
    return unit == 0 ? fmt::format("{} B", bytes) : fmt::format("{:.0f} {}", size, units[unit]);
}

std::string one_line(std::string_view text)
{
    std::string made;
    for (const char c : text) {
        const bool space = c == ' ' || (c >= '\t' && c <= '\r');
        if (!space)
            made += c;
        else if (!made.empty() && made.back() != ' ')
            made += ' ';
    }
    if (!made.empty() && made.back() == ' ')
        made.pop_back();
    return made;
}

} // namespace lightdash::ops
