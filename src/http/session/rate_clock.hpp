// How long a peer may still take to move its next bytes.
#pragma once

#include "lightdash/core/deadline.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace lightdash::http {

// It begins with a grace period; each byte that moves buys time at the minimum rate, up to `most` in advance: a longer
// pause, or a rate below the minimum that has used it up, is the end. What is only announced buys nothing.
class rate_clock {
public:
    using clock = deadline::clock;

    // `rate`: bytes per second, at least 1.
    void start(clock::time_point now, std::chrono::milliseconds grace, std::chrono::milliseconds most,
               std::size_t rate) noexcept
    {
        most_ = most;
        rate_ = std::max<std::size_t>(rate, 1);
        due_ = now + grace;
    }
    void moved(clock::time_point now, std::uint64_t bytes) noexcept
    {
        constexpr std::uint64_t enough = std::uint64_t{1} << 32; // so that the product fits; buys more than any pause
        const auto bought = std::chrono::milliseconds{std::min(bytes, enough) * 1000 / rate_};
        due_ = std::min<clock::time_point>(now + most_, due_ + bought);
    }
    deadline due() const noexcept { return deadline::at(due_); }

private:
    std::chrono::milliseconds most_{0};
    std::size_t rate_ = 1;
    clock::time_point due_{};
};

} // namespace lightdash::http
