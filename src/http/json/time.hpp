// Points in time as ISO-8601 in UTC, the way JavaScript's Date writes them.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace lightdash::http::json {

// 2026-11-22T21:00:00.123Z; microseconds are cut, not rounded. Years outside 0–9999 have a sign and six digits
// (ECMA-262, "Date Time String Format").
void append_iso_time(std::string& out, std::chrono::sys_time<std::chrono::microseconds> when);
void append_iso_date(std::string& out, std::chrono::sys_days day);

// YYYY-MM-DDTHH:MM:SS[.digits](Z|±HH:MM); digits behind the sixth are cut. Nothing when it is anything else.
std::optional<std::chrono::sys_time<std::chrono::microseconds>> parse_iso_time(std::string_view text) noexcept;
std::optional<std::chrono::sys_days> parse_iso_date(std::string_view text) noexcept;

} // namespace lightdash::http::json
