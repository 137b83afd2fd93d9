// Numbers of things as people write them.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace lightdash {

// "1 query", "2 queries", "0 indexes": `noun` in the singular, in English, with a regular plural.
std::string counted(std::uint64_t count, std::string_view noun);

std::string counted(std::integral auto count, std::string_view noun) // never negative
{
    return counted(static_cast<std::uint64_t>(count), noun);
}

} // namespace lightdash
