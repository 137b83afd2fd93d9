// Connecting to a warehouse to see whether one can: the program's part, which has the sockets.
#pragma once

#include "lightdash/api/gate.hpp"
#include "lightdash/async/task.hpp"
#include "lightdash/core/deadline.hpp"
#include "modules/warehouses/model.hpp"

#include <string>

namespace lightdash::warehouses {

class tester {
public:
    virtual ~tester() = default;

    // Connects, asks and closes, in some seconds at most. `own` is what identity_query answers in the service's own
    // database. What is wrong is told in the answer, without what is secret.
    virtual task<connection_test> test(opened_connection to, std::string own, deadline until) = 0;
};

// What the program gives to the routes.
struct testing {
    tester& with;
};

} // namespace lightdash::warehouses

template <>
inline constexpr bool lightdash::api::is_given<lightdash::warehouses::testing> = true;
