// Work on another thread, waited for until a deadline.
#pragma once

#include "lightdash/async/offload.hpp"
#include "lightdash/async/timer_wheel.hpp"
#include "lightdash/core/deadline.hpp"

#include <boost/asio/co_spawn.hpp>

#include <memory>
#include <type_traits>

namespace lightdash::pg {

// Throws what `work` throws, error_kind::deadline_exceeded, overloaded (the offload pool is full) or cancelled; after
// the first and the last the work goes on alone, so it must own all it touches.
template <class Work>
auto offload_until(asio::io_context& context, timer_wheel& clocks, offload_pool& blocking, Work work, deadline until)
    -> task<std::invoke_result_t<Work&>>
{
    using value = std::invoke_result_t<Work&>;
    auto done = std::make_shared<completion<value>>();
    alarm clock{[](void* waiting) noexcept {
                    static_cast<completion<value>*>(waiting)->fail(std::make_exception_ptr(
                        error{error_kind::deadline_exceeded, "The database took longer than there was time."}));
                },
                done.get()};
    clocks.arm(clock, until);
    asio::co_spawn(context, blocking.run(std::move(work)), [done](std::exception_ptr failure, value made) {
        if (failure)
            done->fail(std::move(failure));
        else
            done->set(std::move(made));
    });
    co_return co_await done->wait();
}

} // namespace lightdash::pg
