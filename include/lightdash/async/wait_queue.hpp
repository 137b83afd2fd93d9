// Waiters served in the order of their arrival, each with a deadline, at most so many.
#pragma once

#include "lightdash/async/completion.hpp"
#include "lightdash/async/timer_wheel.hpp"

#include <cstddef>

namespace lightdash {

// What a waiter is given when it is its turn. A grant is never made to a waiter whose deadline passed or which was
// cancelled.
template <class T>
class wait_queue {
public:
    wait_queue(timer_wheel& clocks, std::size_t bound) noexcept : clocks_(clocks), bound_(bound) {}
    wait_queue(const wait_queue&) = delete;
    wait_queue& operator=(const wait_queue&) = delete;
    // Who still waits is not woken: its coroutine ends with the io_context, and does not come back here then.
    ~wait_queue()
    {
        while (head_)
            unlink(*head_);
    }

    std::size_t size() const noexcept { return size_; }
    std::size_t bound() const noexcept { return bound_; }
    bool full() const noexcept { return size_ >= bound_; }
    bool empty() const noexcept { return size_ == 0; }

    // Waits for give(). Throws error_kind::overloaded at once when full, deadline_exceeded when `until` passes,
    // cancelled when the coroutine is cancelled, or what fail_all() said. When the coroutine is destroyed or cancelled
    // after its grant, T's destructor runs: a T that must go back to somebody does so there.
    task<T> wait(deadline until)
    {
        if (full())
            throw error{error_kind::overloaded, "Too many requests are waiting."};
        waiter self{*this};
        clocks_.arm(self.clock, until);
        link(self);
        if (!self.granted.ready())
            co_await self.granted.become_ready();
        co_return self.granted.take();
    }

    // Hands `value` to the longest waiting; false, and `value` untouched, when nobody waits.
    bool give(T&& value)
    {
        if (!head_)
            return false;
        waiter& first = *head_;
        unlink(first);
        first.granted.set(std::move(value));
        return true;
    }

    void fail_all(const std::exception_ptr& failure)
    {
        while (head_) {
            waiter& first = *head_;
            unlink(first);
            first.granted.fail(failure);
        }
    }

private:
    struct waiter {
        explicit waiter(wait_queue& q)
            : queue(q), granted([](void* self) noexcept { static_cast<waiter*>(self)->leave(); }, this),
              clock([](void* self) noexcept { static_cast<waiter*>(self)->expire(); }, this)
        {}
        ~waiter() { leave(); }
        void leave() noexcept
        {
            clock.disarm();
            if (linked)
                queue.unlink(*this);
        }
        void expire() noexcept
        {
            leave();
            granted.fail(std::make_exception_ptr(error{error_kind::deadline_exceeded, "The wait took too long."}));
        }

        wait_queue& queue;
        completion<T> granted;
        alarm clock;
        waiter* next = nullptr;
        waiter* previous = nullptr;
        bool linked = false;
    };

    void link(waiter& entry) noexcept
    {
        entry.linked = true;
        entry.previous = tail_;
        (tail_ ? tail_->next : head_) = &entry;
        tail_ = &entry;
        ++size_;
    }
    void unlink(waiter& entry) noexcept
    {
        (entry.previous ? entry.previous->next : head_) = entry.next;
        (entry.next ? entry.next->previous : tail_) = entry.previous;
        entry.next = entry.previous = nullptr;
        entry.linked = false;
        entry.clock.disarm();
        --size_;
    }

    timer_wheel& clocks_;
    std::size_t bound_;
    waiter* head_ = nullptr;
    waiter* tail_ = nullptr;
    std::size_t size_ = 0;
};

} // namespace lightdash
