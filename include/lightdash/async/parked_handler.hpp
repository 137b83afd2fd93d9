// A completion handler of any type, kept until it is posted to its own executor. (Boost 1.81's any_completion_handler
// recurses for ever when it is moved from an lvalue.)
#pragma once

#include "lightdash/async/list_link.hpp"

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/execution/context.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/query.hpp>
#include <boost/asio/recycling_allocator.hpp>

#include <new>
#include <type_traits>
#include <utility>

namespace lightdash::detail {

// A handler owns the coroutine that waits, and that coroutine often owns the place where the handler is parked. So that
// such a ring does not outlive the loop unnoticed, what is parked belongs to the handler's execution context, which
// destroys it with itself.
class parked_handler {
public:
    parked_handler() = default;
    parked_handler(const parked_handler&) = delete;
    parked_handler& operator=(const parked_handler&) = delete;
    // What is still held is destroyed without being run.
    ~parked_handler()
    {
        if (held_)
            held_->end(false);
    }

    // Nothing may be held yet.
    template <class Handler>
    void park(Handler&& handler)
    {
        using holder = typed<std::decay_t<Handler>>;
        auto& context =
            boost::asio::query(boost::asio::get_associated_executor(handler), boost::asio::execution::context);
        auto* memory = boost::asio::recycling_allocator<holder>().allocate(1);
        held_ = ::new (memory) holder(std::forward<Handler>(handler));
        own(context);
    }

    // Posts what is held, if anything; afterwards nothing is held.
    void post()
    {
        if (held_)
            std::exchange(held_, nullptr)->end(true);
    }

private:
    class owner; // of all that is parked in one execution context

    struct base : list_link {
        virtual void end(bool run) = 0;
        parked_handler* place = nullptr;

    protected:
        ~base() = default;
    };
    template <class Handler>
    struct typed final : base {
        explicit typed(Handler&& h) : handler(std::move(h)) {}
        void end(bool run) override
        {
            this->unlink();
            Handler taken{std::move(handler)};
            this->~typed();
            boost::asio::recycling_allocator<typed>().deallocate(this, 1);
            if (run) {
                auto executor = boost::asio::get_associated_executor(taken);
                boost::asio::post(executor, std::move(taken));
            }
        }
        Handler handler;
    };

    void own(boost::asio::execution_context& context);

    base* held_ = nullptr;
};

} // namespace lightdash::detail
