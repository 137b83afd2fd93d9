// One value, produced once, awaited once: how code without coroutines wakes a coroutine.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/core/error.hpp"

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/recycling_allocator.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <new>
#include <optional>
#include <type_traits>
#include <utility>

namespace lightdash {

namespace detail {

// A completion handler of any type, kept until it is posted to its own executor. (Boost 1.81's any_completion_handler
// recurses for ever when it is moved from an lvalue.)
class parked_handler {
public:
    parked_handler() = default;
    template <class Handler>
        requires(!std::is_same_v<std::remove_cvref_t<Handler>, parked_handler>)
    explicit parked_handler(Handler&& handler)
    {
        using holder = typed<std::decay_t<Handler>>;
        auto* memory = asio::recycling_allocator<holder>().allocate(1);
        held_ = ::new (memory) holder(std::forward<Handler>(handler));
    }
    parked_handler(parked_handler&& other) noexcept : held_(std::exchange(other.held_, nullptr)) {}
    parked_handler& operator=(parked_handler&& other) noexcept
    {
        std::swap(held_, other.held_);
        return *this;
    }
    ~parked_handler()
    {
        if (held_)
            held_->end(false);
    }

    // Posts what is held, if anything; afterwards nothing is held.
    void post()
    {
        if (held_)
            std::exchange(held_, nullptr)->end(true);
    }

private:
    struct base {
        virtual void end(bool run) = 0;

    protected:
        ~base() = default;
    };
    template <class Handler>
    struct typed final : base {
        explicit typed(Handler&& h) : handler(std::move(h)) {}
        void end(bool run) override
        {
            Handler taken{std::move(handler)};
            this->~typed();
            asio::recycling_allocator<typed>().deallocate(this, 1);
            if (run) {
                auto executor = asio::get_associated_executor(taken);
                asio::post(executor, std::move(taken));
            }
        }
        Handler handler;
    };

    base* held_ = nullptr;
};

} // namespace detail

// The waiter's coroutine is resumed in a later turn of the loop, never inside set(): the producer may be in the middle of
// its own bookkeeping. When the waiting coroutine is cancelled, `on_cancel` (if given) tells the producer, and wait()
// throws error_kind::cancelled. The completion must outlive wait(); destroying it before it is set resumes nobody.
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
            co_await asio::async_initiate<const asio::use_awaitable_t<>&, void()>(
                [this](auto handler) {
                    auto slot = asio::get_associated_cancellation_slot(handler);
                    waiter_ = detail::parked_handler{std::move(handler)};
                    if (slot.is_connected())
                        slot.assign([this](asio::cancellation_type) { cancel(); });
                },
                asio::use_awaitable);
        if (failure_)
            std::rethrow_exception(failure_);
        co_return std::move(*value_);
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
    void wake()
    {
        waiter_.post();
    }

    std::optional<T> value_;
    std::exception_ptr failure_;
    detail::parked_handler waiter_;
    cancel_callback on_cancel_ = nullptr;
    void* context_ = nullptr;
};

} // namespace lightdash
