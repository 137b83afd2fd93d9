#include "lightdash/core/units.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace lightdash {
namespace {

struct unit {
    std::string_view name;
    std::uint64_t factor;
};

constexpr std::array durations{unit{"ms", 1}, unit{"s", 1000}, unit{"m", 60'000}, unit{"h", 3'600'000}};
constexpr std::array sizes{unit{"", 1},
                           unit{"b", 1},
                           unit{"kb", 1000},
                           unit{"mb", 1'000'000},
                           unit{"gb", 1'000'000'000},
                           unit{"kib", 1024},
                           unit{"mib", 1'048'576},
                           unit{"gib", 1'073'741'824}};
constexpr std::array shown_sizes{unit{"gb", 1'000'000'000}, unit{"mb", 1'000'000}, unit{"kb", 1000}};

// Leaves room to count the milliseconds in microseconds, and a size as a signed number.
constexpr std::uint64_t largest = std::numeric_limits<std::int64_t>::max() / 1'000'000;

constexpr bool same_letters(std::string_view text, std::string_view lower_case) noexcept
{
    if (text.size() != lower_case.size())
        return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i] >= 'A' && text[i] <= 'Z' ? static_cast<char>(text[i] - 'A' + 'a') : text[i];
        if (c != lower_case[i])
            return false;
    }
    return true;
}

template <std::size_t Count>
std::optional<std::uint64_t> parse(std::string_view text, const std::array<unit, Count>& units) noexcept
{
    std::uint64_t number = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure != std::errc{})
        return std::nullopt;
    const std::string_view suffix = text.substr(static_cast<std::size_t>(end - text.data()));
    for (const unit& u : units) {
        if (same_letters(suffix, u.name))
            return number <= largest / u.factor ? std::optional{number * u.factor} : std::nullopt;
    }
    return std::nullopt;
}

} // namespace

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) noexcept
{
    if (text == "0")
        return std::chrono::milliseconds::zero();
    const auto value = parse(text, durations);
    if (!value)
        return std::nullopt;
    return std::chrono::milliseconds{static_cast<std::int64_t>(*value)};
}

std::string to_text(std::chrono::milliseconds time)
{
    const auto count = time.count();
    if (count == 0)
        return "0s";
    for (std::size_t i = durations.size(); i-- > 1;) {
        const auto factor = static_cast<std::int64_t>(durations[i].factor);
        if (count % factor == 0)
            return std::to_string(count / factor) + std::string{durations[i].name};
    }
    return std::to_string(count) + "ms";
}

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

std::string rough_duration(std::chrono::seconds time)
{
    const auto s = time.count();
    if (s < 60)
        return fmt::format("{} s", s);
    if (s < 3600)
        return fmt::format("{} min {} s", s / 60, s % 60);
    return fmt::format("{} h {} min", s / 3600, s % 3600 / 60);
}

std::optional<std::uint64_t> parse_size(std::string_view text) noexcept
{
    return parse(text, sizes);
}

std::string size_to_text(std::uint64_t bytes)
{
    for (const unit& u : shown_sizes) {
        if (bytes != 0 && bytes % u.factor == 0)
            return std::to_string(bytes / u.factor) + std::string{u.name};
    }
    return std::to_string(bytes) + "b";
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

std::string rough_size(std::uint64_t bytes)
{
    static constexpr std::array units{"kB", "MB", "GB", "TB", "PB"};
    if (bytes < 1000)
        return fmt::format("{} B", bytes);
    auto amount = static_cast<double>(bytes) / 1000;
    std::size_t unit = 0;
    for (; amount >= 999.5 && unit + 1 < units.size(); ++unit)
        amount /= 1000;
    return amount < 9.95 ? fmt::format("{:.1f} {}", amount, units[unit])
                         : fmt::format("{:.0f} {}", amount, units[unit]);
}

} // namespace lightdash
