// Runs a coroutine to its end on an io_context of its own test, and returns what it returned or throws what it threw.
#pragma once

#include "lightdash/async/task.hpp"

#include <boost/asio/co_spawn.hpp>

#include <chrono>
#include <exception>
#include <optional>
#include <stdexcept>
#include <type_traits>

namespace lightdash::testing {

template <class T>
T run_task(asio::io_context& context, task<T> work, std::chrono::seconds limit = std::chrono::seconds{30})
{
    std::exception_ptr failure;
    bool ended = false;
    std::optional<std::conditional_t<std::is_void_v<T>, bool, T>> made;
    if constexpr (std::is_void_v<T>)
        asio::co_spawn(context, std::move(work), [&](std::exception_ptr e) {
            failure = e;
            ended = true;
        });
    else
        asio::co_spawn(context, std::move(work), [&](std::exception_ptr e, T value) {
            failure = e;
            ended = true;
            if (!e)
                made.emplace(std::move(value));
        });
    const auto until = std::chrono::steady_clock::now() + limit;
    context.restart();
    while (!ended && std::chrono::steady_clock::now() < until)
        if (context.run_one_until(until) == 0)
            break;
    if (!ended)
        throw std::runtime_error("the task did not end in time, or waits for something that cannot happen");
    if (failure)
        std::rethrow_exception(failure);
    if constexpr (!std::is_void_v<T>)
        return std::move(*made);
}

} // namespace lightdash::testing
