// Whether a unit of work that failed is run again, and when.
#pragma once

#include "lightdash/core/error.hpp"

#include <chrono>

namespace lightdash::pg {

constexpr int most_retries = 3;

struct retry_decision {
    bool again = false;
    std::chrono::nanoseconds pause{0};
};

// `attempt` counts from 0, the first run. `random` is in [0, 1). The pause is drawn from [0, 10 ms × 2^attempt): those
// who collided must not meet again. No pause that the remaining time does not cover.
retry_decision decide_retry(const error& failure, int attempt, std::chrono::nanoseconds remaining,
                            double random) noexcept;

// What the caller hears when it was not run again: a failure that another attempt might have cured says when to try.
error after_last_attempt(const error& failure);

} // namespace lightdash::pg
