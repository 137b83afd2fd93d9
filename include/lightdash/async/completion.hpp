// One value, produced once, awaited once: how code without coroutines wakes a coroutine.
#pragma once

#include "lightdash/async/parked_handler.hpp"
#include "lightdash/async/task.hpp"
#include "lightdash/core/error.hpp"

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/deferred.hpp>

#include <exception>
#include <optional>
#include <utility>

namespace lightdash {

// The waiter's coroutine is resumed in a later turn of the loop, never inside set(): the producer may be in the middle
// of its own bookkeeping. When the waiting coroutine is cancelled, `on_cancel` (if given) tells the producer, and
// wait() throws error_kind::cancelled. The completion must outlive wait(); destroying it before it is set resumes
// nobody. A waiter that nobody woke is destroyed with its io_context.
template <class T>
class completion {
public:
    using cancel_callback = void (*)(void* context) noexcept;

    completion() = default;
    explicit completion(cancel_callback on_cancel, void* context) noexcept : on_cancel_(on_cancel), context_(context) {}
    completion(const completion&) = delete;
    completion& operator=(const completion&) = delete;

    bool ready() const noexcept { return value_.has_value() || failure_; }

    // Only the first of set() and fail() counts.
    void set(T value)
    {
        if (ready())
            return;
        value_.emplace(std::move(value));
        wake();
    }
    void fail(std::exception_ptr failure)
    {
        if (ready())
            return;
        failure_ = std::move(failure);
        wake();
    }

    task<T> wait()
    {
        if (!ready())
            co_await become_ready();
        co_return take();
    }

    // wait() in two steps, for a coroutine that needs no other for its waiting:
    //     co_await done.become_ready();
    //     use(done.take());
    auto become_ready()
    {
        return asio::async_initiate<const asio::deferred_t&, void()>(
            [this](auto handler) { this->resume(std::move(handler)); }, asio::deferred);
    }
    // Runs `handler`, of an asynchronous operation without arguments, in a later turn, once ready().
    template <class Handler>
    void resume(Handler handler)
    {
        auto slot = asio::get_associated_cancellation_slot(handler);
        waiter_.park(std::move(handler));
        if (ready())
            wake();
        else if (slot.is_connected())
            slot.assign([this](asio::cancellation_type) { cancel(); });
    }
    // Once ready().
    T take()
    {
        if (failure_)
            std::rethrow_exception(failure_);
        return std::move(*value_);
    }

private:
    void cancel()
    {
        if (ready())
            return;
        if (on_cancel_)
            on_cancel_(context_);
        fail(std::make_exception_ptr(error{error_kind::cancelled, "The wait was cancelled."}));
    }
    void wake() { waiter_.post(); }

    std::optional<T> value_;
    std::exception_ptr failure_;
    detail::parked_handler waiter_;
    cancel_callback on_cancel_ = nullptr;
    void* context_ = nullptr;
};

} // namespace lightdash
