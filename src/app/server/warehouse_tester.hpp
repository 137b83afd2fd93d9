// Connects to warehouses for those who ask whether one can.
#pragma once

#include "lightdash/async/offload.hpp"
#include "lightdash/async/timer_wheel.hpp"
#include "modules/warehouses/tester.hpp"

#include <boost/asio/io_context.hpp>

namespace lightdash::app {

class warehouse_tester final : public warehouses::tester {
public:
    // Unless `any_host`, addresses that only mean something on this machine's own link (where clouds keep their
    // metadata) are not connected to, and the service's own database is refused.
    warehouse_tester(asio::io_context& context, timer_wheel& clocks, offload_pool& blocking, bool any_host) noexcept
        : context_(context), clocks_(clocks), blocking_(blocking), any_host_(any_host)
    {}

    task<warehouses::connection_test> test(warehouses::opened_connection to, std::string own, deadline until) override;

private:
    asio::io_context& context_;
    timer_wheel& clocks_;
    offload_pool& blocking_;
    const bool any_host_;
};

} // namespace lightdash::app
