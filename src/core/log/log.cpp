#include "lightdash/core/log.hpp"

#include "core/log/log_line.hpp"
#include "core/log/log_writer.hpp"

#include <array>
#include <atomic>
#include <cstdlib>
#include <memory>
#include <unistd.h>
#include <vector>

namespace lightdash::log {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t queue_bytes = std::size_t{512} << 10; // 4,096 lines
constexpr auto stop_time = 1s;
constexpr std::array<std::string_view, 4> level_names{"debug", "info", "warn", "error"};

bool stderr_is_terminal() noexcept
{
    return ::isatty(STDERR_FILENO) == 1;
}

bool wants_colour()
{
    const char* no_colour = std::getenv("NO_COLOR");
    return stderr_is_terminal() && (no_colour == nullptr || *no_colour == '\0');
}

struct logger {
    std::atomic<level> least{level::info};
    std::atomic<format> shape{format::pretty};
    std::atomic<bool> colour{wants_colour()};
    log_writer direct{STDERR_FILENO};
    std::atomic<log_writer*> writer{&direct};
    // Stopped ones stay: another thread may just be pushing.
    std::vector<std::unique_ptr<log_writer>> writers;
    std::atomic<std::uint64_t> dropped_before{0}; // by writers that are stopped

    void append(std::string& out, level at, std::string_view message, fields values) const
    {
        if (shape.load(std::memory_order_relaxed) == format::json)
            append_json(out, utc_now(), at, message, values);
        else
            append_pretty(out, utc_now(), at, message, values, colour.load(std::memory_order_relaxed));
    }
};

// Never destroyed: other threads and destructors of statics may still write at the end of the process.
logger& the_logger()
{
    static auto& one = *new logger;
    return one;
}

} // namespace

std::optional<level> parse_level(std::string_view name) noexcept
{
    for (std::size_t i = 0; i < level_names.size(); ++i) {
        if (level_names[i] == name)
            return static_cast<level>(i);
    }
    return std::nullopt;
}

std::string_view to_string(level at) noexcept
{
    return level_names[static_cast<std::size_t>(at)];
}

std::optional<format> parse_format(std::string_view name) noexcept
{
    if (name == "json")
        return format::json;
    if (name == "pretty")
        return format::pretty;
    if (name.empty())
        return stderr_is_terminal() ? format::pretty : format::json;
    return std::nullopt;
}

void configure(level least, format shape)
{
    logger& l = the_logger();
    l.least = least;
    l.shape = shape;
    l.colour = wants_colour();
}

void start(level least, format shape)
{
    configure(least, shape);
    logger& l = the_logger();
    if (l.writer != &l.direct)
        return;
    l.writers.push_back(
        std::make_unique<log_writer>(STDERR_FILENO, queue_bytes, [&l](std::string& out, std::uint64_t dropped) {
            l.append(out, level::warn,
                     "Dropped " + std::to_string(dropped) +
                         " log lines: stderr is read more slowly than lines are written",
                     {{"dropped", dropped}});
        }));
    l.writer = l.writers.back().get();
    static const int stops_at_exit = std::atexit(stop);
    (void)stops_at_exit;
}

void stop()
{
    logger& l = the_logger();
    log_writer* const writer = l.writer.exchange(&l.direct);
    if (writer == &l.direct)
        return;
    writer->finish(stop_time);
    l.dropped_before += writer->dropped();
}

bool enabled(level at) noexcept
{
    return at >= the_logger().least.load(std::memory_order_relaxed);
}

void write(level at, std::string_view message, fields values)
{
    if (!enabled(at))
        return;
    thread_local std::string line;
    line.clear();
    const logger& l = the_logger();
    l.append(line, at, message, values);
    l.writer.load()->push(line);
}

std::uint64_t dropped_lines() noexcept
{
    const logger& l = the_logger();
    return l.dropped_before + l.writer.load()->dropped();
}

} // namespace lightdash::log
