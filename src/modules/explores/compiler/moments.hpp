// Days and times of filters: what people write, and what is so many units away from now.
#pragma once

#include "modules/explores/model.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lightdash::explores {

// A clock on the wall of the query's time zone.
using local_moment = std::chrono::sys_time<std::chrono::microseconds>;

// Whether it is given with an offset, and so holds in every time zone (then as UTC), or is one of the query's.
struct written_moment {
    local_moment at;
    bool absolute = false;
};

// "2026-11-22", "2026-11-22T21:00[:00[.5]]" with or without Z or an offset, a space in place of the T; nullopt for
// anything else.
std::optional<written_moment> parse_moment(std::string_view text);

std::string date_text(local_moment at); // "2026-11-22"
std::string time_text(local_moment at); // "2026-11-22 21:00:00.000000"

// Months and longer end with the month where they would go past its end. nullopt: outside of the years 1 to 9999.
std::optional<local_moment> add_units(local_moment from, filter_unit unit, std::int64_t count);
// Weeks begin on Monday, as DATE_TRUNC's.
local_moment begin_of(local_moment at, filter_unit unit);

} // namespace lightdash::explores
