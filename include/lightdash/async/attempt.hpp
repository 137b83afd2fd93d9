// What became of work that may fail, for code that has to await something before it deals with the failure: a catch
// block cannot. Where nothing is awaited in between, try and catch say the same in fewer words.
#pragma once

#include "lightdash/async/task.hpp"

#include <concepts>
#include <exception>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

namespace lightdash {

// The exception that `failure` holds when it is an E, valid as long as `failure`; null for another one and for none.
template <class E>
const E* exception_as(const std::exception_ptr& failure)
{
    if (!failure)
        return nullptr;
    try {
        std::rethrow_exception(failure);
    } catch (const E& known) {
        return &known;
    } catch (...) {
        return nullptr;
    }
}

// A value, or the exception that came instead.
template <class T = void>
class [[nodiscard]] outcome {
public:
    using value_type = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

    outcome(value_type value) : value_(std::move(value)) {}
    outcome(std::exception_ptr failure) noexcept : failure_(std::move(failure)) {}

    explicit operator bool() const noexcept { return !failure_; }
    const std::exception_ptr& failure() const noexcept { return failure_; } // null when there is a value
    template <class E>
    const E* failure_as() const
    {
        return exception_as<E>(failure_);
    }
    const value_type& value() const { return *value_; } // only when there is one
    // The value, once; or throws what the work threw.
    T get() &&
    {
        if (failure_)
            std::rethrow_exception(failure_);
        if constexpr (!std::is_void_v<T>)
            return std::move(*value_);
    }

private:
    std::optional<value_type> value_;
    std::exception_ptr failure_;
};

namespace detail {

template <class T>
struct result_of_task;
template <class T>
struct result_of_task<task<T>> {
    using type = T;
};
template <class Work>
using awaited = typename result_of_task<std::invoke_result_t<Work&>>::type;

} // namespace detail

// Costs a coroutine frame: what every request passes through catches in place. A coroutine that is cancelled already
// throws where it awaits this, as it does everywhere.
template <class T>
task<outcome<T>> attempt(task<T> work)
{
    try {
        if constexpr (std::is_void_v<T>) {
            co_await std::move(work);
            co_return std::monostate{};
        } else {
            co_return co_await std::move(work);
        }
    } catch (...) {
        co_return std::current_exception();
    }
}

// Keeps a coroutine that captures alive while it runs.
template <class Work, class T = detail::awaited<Work>>
task<outcome<T>> attempt(Work work)
{
    co_return co_await attempt(work());
}

// Work that awaits nothing runs here and now.
template <std::invocable Work, class T = std::invoke_result_t<Work>>
    requires(!requires { typename detail::awaited<Work>; })
outcome<T> attempt(Work&& work)
{
    try {
        if constexpr (std::is_void_v<T>) {
            std::forward<Work>(work)();
            return std::monostate{};
        } else {
            return std::forward<Work>(work)();
        }
    } catch (...) {
        return std::current_exception();
    }
}

} // namespace lightdash
