// What /metrics tells: HTTP, pool, statements, loop.
#pragma once

#include "lightdash/async/timer_wheel.hpp"
#include "lightdash/http/metrics.hpp"
#include "lightdash/http/server.hpp"
#include "lightdash/pg/database.hpp"

#include <chrono>
#include <string>

namespace lightdash::app {

class metrics {
public:
    // `clocks` and `db` must outlive it.
    metrics(timer_wheel& clocks, const pg::database& db);

    void count(const http::access_record& done) { requests_.observe(done); }
    // The page of this process; the lag of the loop is told once.
    std::string text(const http::server_stats& server);
    // As an answer, with the format's own content type.
    static http::response answer(std::string page);

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
