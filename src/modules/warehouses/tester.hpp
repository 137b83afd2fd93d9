// Connecting to a warehouse to see whether one can: the program's part, which has the sockets.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/core/deadline.hpp"
#include "lightdash/http/request.hpp"
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

// A parameter of handlers: the process's tester (process_wide<tester>).
struct testing {
    tester& with;
    deadline until;
    static testing of(const http::request& rq); // throws internal when there is none
};

} // namespace lightdash::warehouses
