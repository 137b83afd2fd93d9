// A child program beside the loop: its output is collected and its end awaited without blocking.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/async/timer_wheel.hpp"
#include "ops/child/child_process.hpp"

#include <functional>
#include <string_view>

namespace lightdash::ops {

// Runs it to its end; `tick` is awaited about twice a second while it runs. When this is cancelled, or a tick throws,
// the child is told to end (SIGTERM, after two seconds SIGKILL) and reaped. A child whose parent is killed gets
// SIGTERM. The outcome holds at most the last 64 KiB of the lines that it said and `keeps` wants; without it, of all.
task<outcome> run_watched(timer_wheel& clocks, command what, std::function<task<void>()> tick,
                          std::function<bool(std::string_view line)> keeps = {});

} // namespace lightdash::ops
