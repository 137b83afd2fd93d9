// How much a client may send and how long it may take (promises H1–H13).
#pragma once

#include <chrono>
#include <cstddef>

namespace lightdash::http {

struct limits {
    std::size_t header_bytes = 16 * 1024; // request line and fields; beyond: 431, close
    std::size_t header_fields = 100;      // beyond: 431, close
    std::size_t target_bytes = 8 * 1024;  // beyond: 414, close
    std::size_t body_bytes = 5'000'000;   // beyond: 413 before reading it when Content-Length says so, close
    std::size_t chunk_extension_bytes = 1024;
    std::chrono::milliseconds header_time{10'000}; // from the first byte, not reset per byte; then 408, close
    std::chrono::milliseconds body_time{10'000};   // plus the body's size at `minimum_rate`
    std::size_t minimum_rate = 1024;               // bytes per second, reading a body and writing a response
    std::chrono::milliseconds write_stall{10'000};
    std::chrono::milliseconds idle_time{75'000};        // keep-alive
    std::chrono::milliseconds idle_time_crowded{5'000}; // when more than 80 % of the connections are in use
    std::chrono::milliseconds request_time{
        30'000}; // the request's deadline; X-Request-Timeout (seconds) may shorten it
    std::size_t connections = 10'000;
    std::size_t requests_per_connection = 0; // 0: unlimited
    std::size_t pipeline_depth = 16;         // unanswered requests per connection, then reading stops
};

} // namespace lightdash::http
