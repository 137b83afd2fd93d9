// Connects to warehouses for those who ask whether one can.
#pragma once

#include "lightdash/async/offload.hpp"
#include "lightdash/async/timer_wheel.hpp"
#include "modules/warehouses/door.hpp"
#include "modules/warehouses/tester.hpp"

#include <boost/asio/io_context.hpp>

namespace lightdash::app {

class warehouse_tester final : public warehouses::tester {
public:
    // All must outlive it.
    warehouse_tester(asio::io_context& context, timer_wheel& clocks, offload_pool& blocking,
                     warehouses::door& door) noexcept
        : context_(context), clocks_(clocks), blocking_(blocking), door_(door)
    {}

    task<warehouses::connection_test> test(warehouses::opened_connection to, std::string own, deadline until) override;

private:
    asio::io_context& context_;
    timer_wheel& clocks_;
    offload_pool& blocking_;
    warehouses::door& door_;
};

} // namespace lightdash::app
