// A point in time that work must not outlive. Made once per request, carried down, shortened but never extended.
#pragma once

#include <algorithm>
#include <chrono>

namespace lightdash {

class deadline {
public:
    using clock = std::chrono::steady_clock;

    static deadline after(clock::duration time) noexcept { return deadline{clock::now() + time}; }
    static deadline at(clock::time_point when) noexcept { return deadline{when}; }
    static constexpr deadline never() noexcept { return deadline{clock::time_point::max()}; }

    clock::time_point when() const noexcept { return when_; }
    bool is_never() const noexcept { return when_ == clock::time_point::max(); }
    bool expired(clock::time_point now = clock::now()) const noexcept { return now >= when_; }

    // Zero once expired; the largest duration for never().
    clock::duration remaining(clock::time_point now = clock::now()) const noexcept
    {
        if (is_never())
            return clock::duration::max();
        return std::max(clock::duration::zero(), when_ - now);
    }

    // The earlier of this and `time` from now.
    deadline shortened_to(clock::duration time) const noexcept { return std::min(*this, after(time)); }

    friend constexpr auto operator<=>(deadline, deadline) noexcept = default;

private:
    explicit constexpr deadline(clock::time_point when) noexcept : when_(when) {}
    clock::time_point when_;
};

} // namespace lightdash
