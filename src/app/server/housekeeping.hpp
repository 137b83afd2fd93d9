// What nobody needs any more is removed in the background.
#pragma once

#include "app/server/probes/readiness.hpp"
#include "lightdash/async/task.hpp"
#include "lightdash/async/timer_wheel.hpp"
#include "lightdash/pg/database.hpp"

namespace lightdash::app {

// Every five minutes, a thousand rows at once with other work in between, until the coroutine is cancelled. What fails
// is logged, and tried again the next time.
task<void> keep_house(pg::database& db, timer_wheel& clocks, const readiness& ready);

} // namespace lightdash::app
