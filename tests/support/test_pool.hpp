// The program's own pool on a test database, with the loop it needs, for tests of what runs on a pg::database.
#pragma once

#include "lightdash/async/offload.hpp"
#include "lightdash/async/timer_wheel.hpp"
#include "lightdash/pg/database.hpp"
#include "support/run_task.hpp"

#include <chrono>
#include <utility>

namespace lightdash::testing {

class test_pool {
public:
    explicit test_pool(pg::connection_options connection)
        : database(context, clocks, blocking, std::move(connection), {.min = 1, .max = 3, .lanes = 1})
    {
        database.start();
    }
    test_pool(const test_pool&) = delete;
    test_pool& operator=(const test_pool&) = delete;
    ~test_pool() { run_task(context, database.stop(deadline::after(std::chrono::seconds{5}))); }

    template <class T>
    T run(task<T> work)
    {
        return run_task(context, std::move(work), std::chrono::seconds{60});
    }

    asio::io_context context{1};
    timer_wheel clocks{context};
    offload_pool blocking{context, 2, 64};
    pg::database database;
};

} // namespace lightdash::testing
