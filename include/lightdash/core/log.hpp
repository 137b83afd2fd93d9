// One event, one line: JSON for machines, or text for people. Writing never blocks the caller: a full queue drops the
// oldest lines and says how many.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace lightdash::log {

enum class level : unsigned char { debug, info, warn, error };
enum class format : unsigned char { pretty, json };

// "debug", "info", "warn", "error"; nullopt for anything else.
std::optional<level> parse_level(std::string_view name) noexcept;
std::string_view to_string(level at) noexcept;
// "pretty" or "json"; "" chooses pretty when stderr is a terminal, else json. nullopt for anything else.
std::optional<format> parse_format(std::string_view name) noexcept;

// A named value of a line; names are snake_case literals. Texts are read before write() returns. A secret is none of
// the types: it cannot become a field.
struct field {
    std::string_view name;
    std::variant<std::string_view, std::int64_t, std::uint64_t, double, bool> value;

    field(std::string_view n, std::string_view text) noexcept : name(n), value(text) {}
    field(std::string_view n, std::same_as<bool> auto truth) noexcept : name(n), value(truth) {}
    field(std::string_view n, std::signed_integral auto number) noexcept : name(n), value(std::int64_t{number}) {}
    template <std::unsigned_integral Number>
        requires(!std::same_as<Number, bool>)
    field(std::string_view n, Number number) noexcept : name(n), value(std::uint64_t{number})
    {}
    field(std::string_view n, std::floating_point auto number) noexcept : name(n), value(static_cast<double>(number)) {}
};
using fields = std::initializer_list<field>;

// Lines go to stderr. What is written from now on, and how; without it lines of info and above, as pretty text.
void configure(level least, format shape);
// configure(), and a thread that writes: nobody who logs waits for stderr any more. Call start and stop from the main
// thread, start after any fork.
void start(level least, format shape);
// Writes what is queued and stops the writer; safe to call twice. Gives up after a second when nobody reads stderr.
void stop();

bool enabled(level at) noexcept;
// Any thread. Texts longer than 16 KiB are cut; bytes that are not UTF-8 become U+FFFD.
void write(level at, std::string_view message, fields values = {});
inline void debug(std::string_view message, fields values = {})
{
    write(level::debug, message, values);
}
inline void info(std::string_view message, fields values = {})
{
    write(level::info, message, values);
}
inline void warn(std::string_view message, fields values = {})
{
    write(level::warn, message, values);
}
inline void error(std::string_view message, fields values = {})
{
    write(level::error, message, values);
}

// Lines lost since start: the queue was full, or stderr was closed.
std::uint64_t dropped_lines() noexcept;

} // namespace lightdash::log
