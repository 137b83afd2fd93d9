#include "lightdash/async/task_scope.hpp"

#include "lightdash/async/completion.hpp"
#include "lightdash/async/timer_wheel.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <list>
#include <vector>

namespace lightdash {

struct task_scope::state {
    state(asio::io_context& c, failure_callback f) : context(c), on_failure(std::move(f)) {}

    asio::io_context& context;
    failure_callback on_failure;
    std::list<asio::cancellation_signal> signals; // one per running task; list: addresses stay
    std::list<completion<bool>*> joiners;

    void ended()
    {
        if (signals.empty())
            for (auto* joiner : joiners)
                joiner->set(true);
    }
};

task_scope::task_scope(asio::io_context& context, failure_callback on_failure)
    : state_(std::make_shared<state>(context, std::move(on_failure)))
{}

task_scope::~task_scope() = default;

void task_scope::spawn(std::string_view name, task<> work)
{
    const auto at = state_->signals.emplace(state_->signals.end());
    asio::co_spawn(state_->context, std::move(work),
                   asio::bind_cancellation_slot(at->slot(), [state = state_, at, name](std::exception_ptr failure) {
                       if (failure && state->on_failure)
                           state->on_failure(name, failure);
                       state->signals.erase(at);
                       state->ended();
                   }));
}

std::size_t task_scope::running() const noexcept
{
    return state_->signals.size();
}

void task_scope::cancel()
{
    // From within the loop the signal reaches its task at once. From outside, Boost 1.81's co_spawn would queue a
    // pointer to a signal that may be gone when the queue is worked off.
    asio::post(state_->context, [keep = state_] {
        std::vector<asio::cancellation_signal*> now;
        now.reserve(keep->signals.size());
        for (auto& signal : keep->signals)
            now.push_back(&signal);
        for (auto* signal : now) {
            // Cancelling one task may have ended another.
            const bool still_runs = std::any_of(keep->signals.begin(), keep->signals.end(),
                                                [signal](const auto& candidate) { return &candidate == signal; });
            if (still_runs)
                signal->emit(asio::cancellation_type::all);
        }
    });
}

task<bool> task_scope::join(timer_wheel& clocks, deadline until)
{
    auto keep = state_;
    if (keep->signals.empty())
        co_return true;
    completion<bool> done;
    alarm late{[](void* self) noexcept { static_cast<completion<bool>*>(self)->set(false); }, &done};
    clocks.arm(late, until);
    struct membership {
        std::list<completion<bool>*>& list;
        std::list<completion<bool>*>::iterator at;
        ~membership() { list.erase(at); }
    } member{keep->joiners, keep->joiners.insert(keep->joiners.end(), &done)};
    co_return co_await done.wait();
}

} // namespace lightdash
