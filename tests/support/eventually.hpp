// Waiting for a state: with an end, always.
#pragma once

#include <chrono>
#include <thread>

namespace lightdash::testing {

// Whether the condition held within the time; asked every 2 ms.
template <class Condition>
bool eventually(std::chrono::milliseconds limit, Condition condition)
{
    using clock = std::chrono::steady_clock;
    for (const auto until = clock::now() + limit; !condition();) {
        if (clock::now() >= until)
            return false;
        std::this_thread::sleep_for(std::chrono::milliseconds{2});
    }
    return true;
}

} // namespace lightdash::testing
