// A batch that a coroutine waits for.
#pragma once

#include "lightdash/async/completion.hpp"
#include "lightdash/async/timer_wheel.hpp"
#include "lightdash/core/deadline.hpp"

#include "pg/connection/connection.hpp"

#include <memory>

namespace lightdash::pg {

// Sent and waited for without another coroutine:
//     awaited_batch trip{line, b, until};
//     co_await trip.answer();
//     trip.check();
// When the wait ends early (the deadline, a cancellation, this object's end), the connection takes `b`, which is null
// then, and keeps it until it is answered. The connection may be closed meanwhile.
class awaited_batch {
public:
    awaited_batch(connection& line, std::unique_ptr<batch>& b, deadline until);
    awaited_batch(const awaited_batch&) = delete;
    awaited_batch& operator=(const awaited_batch&) = delete;
    ~awaited_batch() { give_up(); }

    // Submits the batch: a coroutine that was cancelled before sends nothing.
    auto answer()
    {
        return asio::async_initiate<const asio::deferred_t&, void()>(
            [this](auto handler) {
                done_.resume(std::move(handler));
                submit();
            },
            asio::deferred);
    }
    // After answer(). Throws batch::broken, deadline_exceeded, cancelled; refusals of the server are left in the
    // commands.
    void check();

private:
    void submit();
    void finish() noexcept;
    void expire() noexcept;
    void give_up() noexcept;

    std::shared_ptr<connection::impl> driver_;
    std::unique_ptr<batch>& batch_;
    completion<bool> done_;
    alarm clock_;
    deadline until_;
    bool pending_ = false;
};

} // namespace lightdash::pg
