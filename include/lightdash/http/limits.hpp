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
    // A body's next bytes, and the acknowledgement of an answer's next bytes, may be as long in coming; and on the
    // whole they come at `minimum_rate` at least (bytes per second). What is only announced counts for nothing. A
    // reader's kernel tells of room in steps, which grow: at 4 KB/s every 16 to 60 s. So who has read anything at all
    // has three times the stall.
    std::chrono::milliseconds body_time{10'000};   // then 408, close
    std::chrono::milliseconds write_stall{25'000}; // then reset
    std::size_t minimum_rate = 1024;
    std::size_t body_memory = 32'000'000; // bytes of all bodies together, at least one body; beyond: 503, close
    // A request that is refused at its head is answered there; a body up to this size is then taken off the connection,
    // with a larger one it closes.
    std::size_t discarded_body_bytes = 64 * 1024;
    std::chrono::milliseconds idle_time{75'000};        // keep-alive
    std::chrono::milliseconds idle_time_crowded{5'000}; // when more than 80 % of the connections are in use
    // The request's deadline, from its last byte; X-Request-Timeout (seconds) may shorten it.
    std::chrono::milliseconds request_time{30'000};
    // When all are in use, or no descriptor is left, the oldest one goes whose client never showed who it is and is not
    // being answered; when there is none such, the new one: 503, close.
    std::size_t connections = 10'000;
    // Of the requests whose routes queue (route::queues), so many are always let in; beyond, as many as wait this long
    // for a connection to the database: 503 at the head, and the connection stays open.
    std::size_t queueing_requests = 20, queueing_requests_most = 210; // never more, in a burst
    std::chrono::milliseconds queue_delay{50};
    std::size_t requests_per_connection = 0; // 0: unlimited
    std::size_t pipeline_depth = 16;         // unanswered requests per connection, then reading stops
};

} // namespace lightdash::http
