// One statement that somebody waits for on the read lanes. Lives in the waiting coroutine's frame.
#pragma once

#include "lightdash/async/completion.hpp"
#include "lightdash/async/timer_wheel.hpp"
#include "lightdash/core/deadline.hpp"
#include "lightdash/pg/params.hpp"
#include "lightdash/pg/result.hpp"
#include "lightdash/pg/statement.hpp"

#include <cstddef>
#include <cstdint>

namespace lightdash::pg {

struct lane_batch;
class lane_read;

// In arrival order, without allocation.
class lane_queue {
public:
    lane_queue() = default;
    lane_queue(const lane_queue&) = delete;
    lane_queue& operator=(const lane_queue&) = delete;

    bool empty() const noexcept { return !head_; }
    std::size_t size() const noexcept { return size_; }
    lane_read& front() noexcept { return *head_; }
    void push_back(lane_read& read) noexcept;
    void remove(lane_read& read) noexcept;
    lane_read& pop_front() noexcept;

private:
    lane_read* head_ = nullptr;
    lane_read* tail_ = nullptr;
    std::size_t size_ = 0;
};

class lane_read {
public:
    enum class outcome : unsigned char {
        answered, // `answer` is there
        apart,    // run it on an exclusive connection; `values` are there
    };

    lane_read(const statement& what, params values) noexcept;
    lane_read(const lane_read&) = delete;
    lane_read& operator=(const lane_read&) = delete;
    // Leaves the queue or the batch; the answer of one under way is then dropped, never cancelled.
    ~lane_read()
    {
        leave();
        free_place();
    }

    // Waited for as a completion is: without a coroutine of its own.
    auto become_ready() { return done_.become_ready(); }
    // Afterwards. Throws what the server refused, deadline_exceeded, cancelled, or why no lane could be had.
    outcome how() { return done_.take(); }

    const statement& what;
    params values;
    result answer;
    std::uint8_t resends = 0;
    bool apart = false; // suspected to be slow: not on a lane again

    void arm(timer_wheel& clocks, deadline until) { clocks.arm(clock_, until); }
    void finish(outcome how);
    // finish(apart), counted in `running` until free_place().
    void finish_apart(std::size_t& running);
    void free_place() noexcept;
    void fail(const error& why);
    void ride(lane_batch& batch, std::uint32_t index) noexcept;
    void alight() noexcept { batch_ = nullptr; }

private:
    friend class lane_queue;
    void leave() noexcept;
    void expire() noexcept;

    completion<outcome> done_;
    alarm clock_;
    lane_queue* queue_ = nullptr;
    lane_read* next_ = nullptr;
    lane_read* previous_ = nullptr;
    lane_batch* batch_ = nullptr;
    std::uint32_t index_ = 0;
    std::size_t* running_ = nullptr;
};

} // namespace lightdash::pg
