// Owns running coroutines: nothing that was spawned outlives its scope unnoticed.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/core/deadline.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <string_view>

namespace lightdash {

class timer_wheel;

class task_scope {
public:
    // `on_failure` hears of every exception that leaves a spawned task (its name, the exception); must not throw.
    using failure_callback = std::function<void(std::string_view, std::exception_ptr)>;

    task_scope(asio::io_context& context, failure_callback on_failure);
    task_scope(const task_scope&) = delete;
    task_scope& operator=(const task_scope&) = delete;
    // Tasks still running are abandoned to the io_context, which destroys them with itself; join() first.
    ~task_scope();

    // `name` must live as long as the task (a literal).
    void spawn(std::string_view name, task<> work);
    std::size_t running() const noexcept;
    // Asks, in the next turn of the loop, every task then running to end (terminal cancellation).
    void cancel();
    // Returns when no task runs any more; true if that was before `until`.
    task<bool> join(timer_wheel& clocks, deadline until);

private:
    struct state;
    std::shared_ptr<state> state_; // shared with the tasks' completion handlers
};

} // namespace lightdash
