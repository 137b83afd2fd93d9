// Who waits for the end of an execution.
#pragma once

#include "lightdash/api/gate.hpp"
#include "lightdash/async/completion.hpp"
#include "lightdash/async/task.hpp"
#include "lightdash/async/timer_wheel.hpp"
#include "lightdash/core/deadline.hpp"
#include "modules/shared/ids.hpp"

#include <cstdint>
#include <map>
#include <string_view>

namespace lightdash::queries {

// Given to the routes. Nobody holds a connection while waiting.
class results_watch {
public:
    // `listening`: told() is called with what is notified on executions::ended_channel; without, whoever waits looks
    // again ten times a second.
    results_watch(timer_wheel& clocks, bool listening) noexcept : clocks_(clocks), listening_(listening) {}

    // How many endings were told: ask before looking whether one has ended.
    std::uint64_t told_so_far() const noexcept { return told_; }
    // Until the execution may have ended since `looked`, or `until`: what is told while the answer to a look is still
    // on its way would otherwise be missed.
    task<void> wait(result_id id, deadline until, std::uint64_t looked) const;
    // The payload: a result's id. Anything else, as after a lost connection, wakes all.
    void told(std::string_view payload) const noexcept;

private:
    timer_wheel& clocks_;
    bool listening_;
    mutable std::uint64_t told_ = 0;
    mutable std::multimap<result_id, completion<bool>*> waiting_;
};

} // namespace lightdash::queries

template <>
inline constexpr bool lightdash::api::is_given<lightdash::queries::results_watch> = true;
