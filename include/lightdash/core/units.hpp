// Durations and sizes as people write them: 250ms, 3s, 10m, 1h; 512kb, 5mb.
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

// Bytes: a whole number and b, kb, mb, gb (powers of 1000), kib, mib, gib (powers of 1024) or nothing, in any letter
// case.
std::optional<std::uint64_t> parse_size(std::string_view text) noexcept;
std::string size_to_text(std::uint64_t bytes);

} // namespace lightdash
