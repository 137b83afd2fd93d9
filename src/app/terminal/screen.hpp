// The terminal while a command repaints it: a screen of its own, and one key that ends it.
#pragma once

#include "lightdash/async/task.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <memory>
#include <string>

namespace lightdash::app {

// Lives while it is shown; gives the terminal back as it was, also when the work is cancelled.
class screen {
public:
    // Takes stdout's terminal, and stdin's keys when stdin is a terminal too.
    explicit screen(asio::any_io_executor executor);
    screen(const screen&) = delete;
    screen& operator=(const screen&) = delete;
    ~screen();

    // Replaces what is shown; what does not fit below is left out.
    void show(const std::string& lines);
    // Waits so long; true when q (or the end of the input) came first.
    task<bool> quits_within(std::chrono::milliseconds time);

private:
    struct state;
    std::shared_ptr<state> state_; // shared with the pending read
};

} // namespace lightdash::app
