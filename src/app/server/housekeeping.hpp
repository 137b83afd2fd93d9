// What nobody needs any more is removed in the background.
#pragma once

#include "app/server/probes/readiness.hpp"
#include "lightdash/async/task.hpp"
#include "lightdash/async/timer_wheel.hpp"
#include "lightdash/pg/database.hpp"

#include <chrono>

namespace lightdash::app {

// How long some of it is kept.
struct retention {
    std::chrono::days deleted{30};  // what can be restored
    std::chrono::days queries{30};  // what was asked of warehouses
    std::chrono::days versions{30}; // all of them; of older ones the newest of each day
};

// In every such interval, the first time after a thirtieth of it, for programs that are started anew all the time: a
// thousand rows at once with other work in between, until the coroutine is cancelled. What fails is logged, and tried
// again the next time.
task<void> keep_house(pg::database& db, timer_wheel& clocks, const readiness& ready, retention kept,
                      std::chrono::milliseconds between_rounds);

} // namespace lightdash::app
