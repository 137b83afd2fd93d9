// One event, one line: JSON for machines, or text for people. Writing never blocks the caller: a full queue drops the oldest
// lines and says how many.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

namespace lightdash::log {

enum class level : unsigned char { debug, info, warn, error };
enum class format : unsigned char { pretty, json };

// A named value of a line; names are snake_case literals.
struct field {
    std::string_view name;
    std::variant<std::string_view, std::int64_t, std::uint64_t, double, bool> value;
};
using fields = std::initializer_list<field>;

// Lines go to stderr. Call once at start; before it, lines are written synchronously.
void start(level least, format shape);
// Writes what is queued and stops the writer; safe to call twice.
void stop();

bool enabled(level at) noexcept;
void write(level at, std::string_view message, fields values = {});
inline void debug(std::string_view message, fields values = {}) { write(level::debug, message, values); }
inline void info(std::string_view message, fields values = {}) { write(level::info, message, values); }
inline void warn(std::string_view message, fields values = {}) { write(level::warn, message, values); }
inline void error(std::string_view message, fields values = {}) { write(level::error, message, values); }

std::uint64_t dropped_lines() noexcept;

} // namespace lightdash::log
