// Who waits for the end of an execution.
#pragma once

#include "lightdash/api/gate.hpp"
#include "lightdash/async/completion.hpp"
#include "lightdash/async/task.hpp"
#include "lightdash/async/timer_wheel.hpp"
#include "lightdash/core/deadline.hpp"
#include "modules/shared/ids.hpp"

#include <map>
#include <string_view>

namespace lightdash::queries {

// Given to the routes. Nobody holds a connection while waiting.
class results_watch {
public:
    // `listening`: told() is called with what is notified on executions::ended_channel; without, whoever waits looks
    // again ten times a second.
    results_watch(timer_wheel& clocks, bool listening) noexcept : clocks_(clocks), listening_(listening) {}

    // Until the execution may have ended, or `until`.
    task<void> wait(result_id id, deadline until) const;
    // The payload: a result's id. Anything else, as after a lost connection, wakes all.
    void told(std::string_view payload) const noexcept;

private:
    timer_wheel& clocks_;
    bool listening_;
    mutable std::multimap<result_id, completion<bool>*> waiting_;
};

} // namespace lightdash::queries

template <>
inline constexpr bool lightdash::api::is_given<lightdash::queries::results_watch> = true;
