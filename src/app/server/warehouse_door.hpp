// Finds the way to warehouses, and keeps to addresses where one may be.
#pragma once

#include "lightdash/async/offload.hpp"
#include "modules/warehouses/door.hpp"

namespace lightdash::app {

class warehouse_door final : public warehouses::door {
public:
    // Unless `any_host`, addresses that only mean something on this machine's own link (where clouds keep their
    // metadata) are not connected to, and the service's own database is refused. `blocking` must outlive it.
    warehouse_door(offload_pool& blocking, bool any_host) noexcept : blocking_(blocking), any_host_(any_host) {}

    task<pg::connection_options> way_to(const warehouses::opened_connection& to, deadline until) override;
    bool takes_own_database() const noexcept override { return any_host_; }

private:
    offload_pool& blocking_;
    const bool any_host_;
};

} // namespace lightdash::app
