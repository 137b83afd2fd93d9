// A wait for time to pass.
#pragma once

#include "lightdash/async/completion.hpp"
#include "lightdash/async/timer_wheel.hpp"

namespace lightdash {

// Throws error_kind::cancelled.
inline task<void> pause(timer_wheel& clocks, deadline::clock::duration time)
{
    completion<bool> over;
    alarm clock{[](void* of) noexcept { static_cast<completion<bool>*>(of)->set(true); }, &over};
    clocks.arm(clock, deadline::after(time));
    co_await over.wait();
}

} // namespace lightdash
