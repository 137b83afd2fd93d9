// What is logged of requests.
#pragma once

#include "lightdash/http/server.hpp"

#include <chrono>
#include <cstdint>

namespace lightdash::app {

class request_log {
public:
    // One line per request, and a warning for each that failed through no fault of its client. Of refusals for want of
    // room, which come by the thousand, one warning a second, with their number.
    void write(const http::access_record& done);

private:
    using clock = std::chrono::steady_clock;

    void warn_of_overload(const http::access_record& done);

    clock::time_point told_of_overload_{};
    std::uint64_t overloaded_ = 0; // refusals that no line told of yet
};

} // namespace lightdash::app
