// Several processes that do the same: more cores for one port.
#pragma once

#include "app/runtime/stop_signals.hpp"

#include <functional>

namespace lightdash::app {

// Forks `count` children that run `work(index)` and returns the worst of their codes when all ended. A stop signal is
// passed on once; a person's second one kills the children and is 128 + its number. A child that dies of a signal is
// replaced after a second; when this process dies the kernel tells the children to stop. `held` is the caller's, and is
// inherited: a child that was told to stop before it listened finds that when it does. Call it before any thread or
// loop exists.
int run_workers(unsigned count, const held_stop_signals& held, const std::function<int(unsigned)>& work);

} // namespace lightdash::app
