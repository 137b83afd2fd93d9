// Who is in the way of a migrator: asked beside it, so that a person who waits knows for whom.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/async/timer_wheel.hpp"
#include "lightdash/pg/database.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/this_coro.hpp>

#include <chrono>
#include <exception>
#include <functional>
#include <string>

namespace lightdash::migrate {

using tell_function = std::function<void(const std::string&)>;

// The loop that a coroutine runs on: `co_await asio::this_coro::executor`.
asio::io_context& io_context_of(const asio::any_io_executor& executor);

task<void> pause(timer_wheel& clocks, std::chrono::milliseconds time);

// Half to one and a half times a tenth of a second, doubled with each try: those that failed together try apart.
std::chrono::milliseconds jittered_pause(int attempt);

bool was_cancelled(const std::exception_ptr& failure);

// Runs `work`, a part of what backend `pid` does, and meanwhile tells who blocks that backend: the first time after
// half a second, then whenever that changes, and every ten seconds. Throws what `work` throws.
task<void> watched(pg::database& db, timer_wheel& clocks, int pid, std::string label, tell_function tell,
                   task<void> work);

} // namespace lightdash::migrate
