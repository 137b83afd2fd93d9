// Waiting, and who is in the way: asked beside the migrator, so that a person who waits knows for whom.
#pragma once

#include "lightdash/async/pause.hpp"
#include "lightdash/async/task.hpp"
#include "lightdash/async/timer_wheel.hpp"
#include "lightdash/pg/database.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/this_coro.hpp>

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <string>

namespace lightdash::migrate {

using tell_function = std::function<void(const std::string&)>;

// The loop that a coroutine runs on: `co_await asio::this_coro::executor`.
asio::io_context& io_context_of(const asio::any_io_executor& executor);

// Half to one and a half times a tenth of a second, doubled with each try: those that failed together try apart.
std::chrono::milliseconds jittered_pause(int attempt);

bool was_cancelled(const std::exception_ptr& failure);

// Who blocks one backend, told when that is new and every ten seconds.
class blocker_report {
public:
    // `tell` may be empty: then nothing is told.
    blocker_report(pg::database& db, int pid, std::string label, tell_function tell);

    // Asks now; true when somebody blocks it.
    task<bool> look();
    // How long those that were seen last are worth waiting for: a young transaction until it is half a second old,
    // autovacuum until it yields, which it does once it has blocked somebody for deadlock_timeout. Zero for others.
    std::chrono::milliseconds worth_waiting() const;

private:
    pg::database& db_;
    int pid_;
    std::string label_;
    tell_function tell_;
    deadline::clock::time_point began_ = deadline::clock::now();
    std::string told_;
    deadline repeat_;
    bool only_autovacuum_ = false;
    deadline young_until_ = deadline::at({});
};

// Runs `work`, a part of what the backend does, and meanwhile looks who blocks it, every half second. Throws what
// `work` throws.
task<void> watched(timer_wheel& clocks, std::shared_ptr<blocker_report> blockers, task<void> work);

// The same for work that hardly waits: looks every few milliseconds, until somebody was seen.
task<void> watched_closely(timer_wheel& clocks, std::shared_ptr<blocker_report> blockers, task<void> work);

} // namespace lightdash::migrate
