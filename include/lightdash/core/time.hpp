// Points in time as text: ISO 8601 / RFC 3339 for the API and the log, and the HTTP date.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace lightdash {

// UTC with PostgreSQL's resolution.
using utc_time = std::chrono::sys_time<std::chrono::microseconds>;

utc_time utc_now() noexcept;

// The longest text write_iso8601 makes: a six-digit year with its sign.
inline constexpr std::size_t iso8601_capacity = 30;

// Writes "2026-11-22T21:00:00.123Z" (or six digits of the fraction) and returns the number of characters, at most
// iso8601_capacity. The fraction is cut, not rounded. Years outside 0..9999 get a sign and six digits, as ECMAScript
// writes them.
std::size_t write_iso8601(char* out, utc_time when, int fraction_digits = 3) noexcept; // 3 or 6
std::string to_iso8601(utc_time when);

// Reads "2026-11-22T21:00:00[.fraction](Z|+hh:mm)" (RFC 3339). Digits past the microsecond are cut; nullopt for
// anything else, for days that do not exist and for leap seconds.
std::optional<utc_time> parse_iso8601(std::string_view text) noexcept;

// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 section 5.6.7); for years 0..9999.
std::string to_http_date(std::chrono::sys_seconds when);

} // namespace lightdash
