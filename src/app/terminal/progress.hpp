// "backing up: 1.2 GB of 3.4 GB, 58 MB/s, 38 s left" on stderr, for work that takes longer than a second.
#pragma once

#include "app/terminal/terminal.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

namespace lightdash::app {

// On a terminal one line that changes up to ten times a second and is wiped at the end; elsewhere a plain line every
// ten seconds.
class progress_line {
public:
    using clock = std::function<std::chrono::steady_clock::time_point()>;
    using writer = std::function<void(std::string_view)>;

    // `total` 0: not known. `in_bytes`: amounts are shown as sizes.
    progress_line(const terminal& where, std::string what, std::uint64_t total, bool in_bytes);
    progress_line(const terminal& where, std::string what, std::uint64_t total, bool in_bytes, clock now, writer out);
    progress_line(const progress_line&) = delete;
    progress_line& operator=(const progress_line&) = delete;
    ~progress_line(); // wipes the line

    void update(std::uint64_t done);
    std::string text(std::uint64_t done) const;

private:
    const terminal where_;
    const std::string what_;
    const std::uint64_t total_;
    const bool in_bytes_;
    const clock now_;
    const writer out_;
    const std::chrono::steady_clock::time_point started_;
    std::chrono::steady_clock::time_point next_;
    bool shown_ = false;
};

} // namespace lightdash::app
