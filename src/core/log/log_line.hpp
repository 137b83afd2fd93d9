// One log line as text.
#pragma once

#include "lightdash/core/log.hpp"
#include "lightdash/core/time.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace lightdash::log {

// Longer texts are cut here, so that one value cannot push everything else out of the queue.
inline constexpr std::size_t longest_text = 16 * 1024;

// Each appends one line with its newline to `out`.
void append_json(std::string& out, utc_time when, level at, std::string_view message, fields values);
void append_pretty(std::string& out, utc_time when, level at, std::string_view message, fields values, bool colour);

} // namespace lightdash::log
