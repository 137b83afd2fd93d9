#include "lightdash/core/units.hpp"

#include <array>
#include <charconv>
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

} // namespace lightdash
