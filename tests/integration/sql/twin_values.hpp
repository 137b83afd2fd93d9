// Values that several tables of twins use.
#pragma once

#include "lightdash/pg/types.hpp"

#include <array>
#include <chrono>
#include <cstdint>

namespace lightdash::testing {

// Midnight of a day, UTC.
inline pg::timestamptz midnight(int year, int month, int day)
{
    return std::chrono::sys_days{std::chrono::year{year} / month / day};
}

// "00000000-0000-0000-0000-0000000000b1" of 0xb1: the fixture's ids.
inline uuid fixture_id(std::uint8_t last_byte)
{
    std::array<std::uint8_t, 16> bytes{};
    bytes.back() = last_byte;
    return uuid{bytes};
}

} // namespace lightdash::testing
