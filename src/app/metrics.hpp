// What /metrics tells: HTTP, pool, statements, loop.
#pragma once

#include "lightdash/async/timer_wheel.hpp"
#include "lightdash/http/metrics.hpp"
#include "lightdash/http/server.hpp"
#include "lightdash/pg/database.hpp"

#include <chrono>

namespace lightdash::app {

class metrics {
public:
    // `clocks` and `db` must outlive it.
    metrics(timer_wheel& clocks, const pg::database& db);

    void count(const http::access_record& done) { requests_.observe(done); }
    http::response expose(const http::server_stats& server);

private:
    void beat();

    timer_wheel& clocks_;
    const pg::database& db_;
    http::http_metrics requests_;
    alarm heartbeat_; // how late it comes is how long the loop was busy
    deadline expected_ = deadline::never();
    std::chrono::nanoseconds worst_lag_{0}; // since the last exposition
};

} // namespace lightdash::app
