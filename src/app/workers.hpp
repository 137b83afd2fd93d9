// Several processes that do the same: more cores for one port.
#pragma once

#include <functional>

namespace lightdash::app {

// Forks `count` children that run `work(index)` and exits with the worst of their codes when all ended. SIGTERM and
// SIGINT are passed on; a child that dies of itself is replaced after a second. Call it before any thread or loop
// exists.
int run_workers(unsigned count, const std::function<int(unsigned)>& work);

} // namespace lightdash::app
