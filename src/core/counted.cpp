#include "lightdash/core/counted.hpp"

#include <fmt/format.h>

namespace lightdash {
namespace {

bool ends_in_consonant_and_y(std::string_view noun) noexcept
{
    constexpr std::string_view vowels{"aeiou"};
    return noun.size() > 1 && noun.back() == 'y' && vowels.find(noun[noun.size() - 2]) == std::string_view::npos;
}

bool ends_in_hiss(std::string_view noun) noexcept
{
    return noun.ends_with('s') || noun.ends_with('x') || noun.ends_with("ch") || noun.ends_with("sh");
}

} // namespace

std::string counted(std::uint64_t count, std::string_view noun)
{
    if (count == 1)
        return fmt::format("1 {}", noun);
    if (ends_in_consonant_and_y(noun))
        return fmt::format("{} {}ies", count, noun.substr(0, noun.size() - 1));
    return fmt::format("{} {}{}", count, noun, ends_in_hiss(noun) ? "es" : "s");
}

} // namespace lightdash
