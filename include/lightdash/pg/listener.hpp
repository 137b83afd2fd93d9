// LISTEN on one connection of its own, outside the pool, kept alive by reconnecting with back-off.
#pragma once

#include "lightdash/async/offload.hpp"
#include "lightdash/async/task.hpp"
#include "lightdash/async/timer_wheel.hpp"
#include "lightdash/pg/options.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace lightdash::pg {

class listener {
public:
    // Called on the loop for every NOTIFY, and with an empty payload whenever it has (re)connected: what happened
    // before is not known then, so a cache must drop all. Must not throw.
    using callback = std::function<void(std::string_view channel, std::string_view payload)>;

    listener(asio::io_context& context, timer_wheel& clocks, offload_pool& blocking, connection_options options,
             std::vector<std::string> channels, callback on_notify);
    ~listener();

    // Runs until the coroutine is cancelled.
    task<void> run();

private:
    struct state;
    std::unique_ptr<state> state_;
};

} // namespace lightdash::pg
