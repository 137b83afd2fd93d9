// Waiting for nothing but time.
#pragma once

#include "lightdash/async/completion.hpp"
#include "lightdash/async/task.hpp"
#include "lightdash/async/timer_wheel.hpp"

namespace lightdash::app {

// Throws error_kind::cancelled when the coroutine is cancelled.
inline task<void> sleep_for(timer_wheel& clocks, deadline::clock::duration time)
{
    completion<bool> over;
    alarm bell{[](void* self) noexcept { static_cast<completion<bool>*>(self)->set(true); }, &over};
    clocks.arm(bell, deadline::after(time));
    co_await over.wait();
}

} // namespace lightdash::app
