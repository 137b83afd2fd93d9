// The figures of every worker process on one page, whichever of them is asked for it.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/async/timer_wheel.hpp"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace lightdash::app {

// Made by the parent before it forks. Whoever is asked tells the others to write their page into memory that all share,
// and reads it there: no process outside can take part, and a worker that is replaced finds its place again.
class worker_figures {
public:
    // Throws std::system_error when the kernel has no descriptors or memory left.
    explicit worker_figures(unsigned workers);
    worker_figures(const worker_figures&) = delete;
    worker_figures& operator=(const worker_figures&) = delete;
    ~worker_figures();

    // In worker `index`, on its loop: writes `page()` whenever another asks. Once per process.
    void take_part(asio::io_context& context, unsigned index, std::function<std::string()> page);
    // After take_part: the page of each worker, as it is now. Those that did not answer within 300 ms (dead, stopped,
    // or too busy) are nullopt.
    task<std::vector<std::optional<std::string>>> collect(timer_wheel& clocks);
    void close() noexcept; // takes part no more

private:
    struct place;
    struct member;
    std::vector<place> places_;
    std::unique_ptr<member> mine_;
};

// One page in Prometheus' text format (version 0.0.4) of several: each family once, its samples with the label
// worker="0", and lightdash_worker_up. They are not added up here: a worker that is replaced begins at zero again, and
// rate() sees that only in the worker's own series.
std::string joined_pages(std::span<const std::optional<std::string>> pages);

} // namespace lightdash::app
