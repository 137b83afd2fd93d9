// Numbers and texts as the inspection commands print them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace lightdash::ops {

// Of the two largest units: "850ms", "4.2s", "3m 20s", "2h 5m", "3d 4h".
std::string short_duration(double seconds);
// "8192 B", "40 kB", "1201 MB": PostgreSQL's own units (powers of 1024).
std::string short_size(std::int64_t bytes);
// Runs of white space become one space.
std::string one_line(std::string_view text);

} // namespace lightdash::ops
