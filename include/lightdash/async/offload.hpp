// Work that would block the loop (name resolution, PQcancel, password hashing, child processes) runs on a few threads
// and comes back to it.
#pragma once

#include "lightdash/async/attempt.hpp"
#include "lightdash/async/completion.hpp"
#include "lightdash/async/task.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

#include <cstddef>
#include <memory>
#include <type_traits>
#include <utility>

namespace lightdash {

class offload_pool {
public:
    // `threads` run at once; more than `bound` unfinished pieces are refused with error_kind::overloaded.
    offload_pool(asio::io_context& home, std::size_t threads, std::size_t bound);
    offload_pool(const offload_pool&) = delete;
    offload_pool& operator=(const offload_pool&) = delete;
    ~offload_pool(); // waits for the work that is running

    // Runs `work()` on another thread and returns its result on the loop. `work` must own all it touches: when the
    // waiting coroutine is cancelled, wait ends at once and the work goes on alone, its result dropped.
    template <class Work>
    auto run(Work work) -> task<std::invoke_result_t<Work&>>
    {
        using result = std::invoke_result_t<Work&>;
        auto done = std::make_shared<completion<typename outcome<result>::value_type>>();
        begin();
        asio::post(threads_, [this, done, work = std::move(work)]() mutable {
            finish([done, made = attempt(work)]() mutable {
                if (!made)
                    done->fail(made.failure());
                else if constexpr (std::is_void_v<result>)
                    done->set({});
                else
                    done->set(std::move(made).get());
            });
        });
        if constexpr (std::is_void_v<result>)
            co_await done->wait();
        else
            co_return co_await done->wait();
    }

    std::size_t unfinished() const noexcept { return unfinished_; }

private:
    void begin();
    template <class Deliver>
    void finish(Deliver deliver)
    {
        asio::post(home_, [this, deliver = std::move(deliver)]() mutable {
            --unfinished_;
            deliver();
        });
    }

    asio::io_context& home_;
    asio::thread_pool threads_;
    std::size_t bound_;
    std::size_t unfinished_ = 0; // touched on the loop only
};

} // namespace lightdash
