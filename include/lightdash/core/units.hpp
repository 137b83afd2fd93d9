// Durations and sizes as people write and read them: exact ones of settings, and rounded ones of reports and progress.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lightdash {

// A whole number and one of ms, s, m, h; a bare 0 needs no unit. nullopt for anything else and past 292 years.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) noexcept;
// In the largest unit that leaves no rest: "90s", "10m".
std::string to_text(std::chrono::milliseconds time);

// Of the two largest units: "850ms", "4.2s", "3m 20s", "2h 5m", "3d 4h".
std::string short_duration(double seconds);
// In words, for a time that is a guess: "38 s", "4 min 10 s", "2 h 5 min".
std::string rough_duration(std::chrono::seconds time);

// Bytes: a whole number and b, kb, mb, gb (powers of 1000), kib, mib, gib (powers of 1024) or nothing, in any letter
// case.
std::optional<std::uint64_t> parse_size(std::string_view text) noexcept;
// In the largest unit of 1000 that leaves no rest: "512kb", "1001b".
std::string size_to_text(std::uint64_t bytes);
// In PostgreSQL's own units (pg_size_pretty), powers of 1024: "8192 B", "40 kB", "1201 MB".
std::string short_size(std::int64_t bytes);
// Powers of 1000, two digits: "512 B", "1.2 GB".
std::string rough_size(std::uint64_t bytes);

} // namespace lightdash
