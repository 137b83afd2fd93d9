// The way to a warehouse: the program's part, which knows hosts and addresses.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/core/deadline.hpp"
#include "lightdash/pg/options.hpp"
#include "lightdash/pg/statement.hpp"
#include "modules/warehouses/model.hpp"

#include <string>

namespace lightdash::warehouses {

// One text for each database of each running server.
inline constexpr pg::sql_literal identity_query{"select current_database() || ' since ' || pg_postmaster_start_time()"};

// "jaffle on warehouse.example:5432", for messages.
std::string place_of(const opened_connection& to);
// Why a warehouse that answers identity_query as the service's own database does is refused.
std::string own_database_refusal(const opened_connection& to);

class door {
public:
    virtual ~door() = default;

    // How to connect, its host resolved. Throws invalid_parameter with a sentence for the person who asked: what is
    // missing, a host that is not known, an address where no warehouse may be.
    virtual task<pg::connection_options> way_to(const opened_connection& to, deadline until) = 0;
    // May the service's own database be one?
    virtual bool takes_own_database() const noexcept = 0;
};

} // namespace lightdash::warehouses
