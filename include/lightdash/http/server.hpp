// Accepts connections and runs one session each.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/async/timer_wheel.hpp"
#include "lightdash/core/deadline.hpp"
#include "lightdash/http/limits.hpp"
#include "lightdash/http/router.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace lightdash::http {

struct server_options {
    std::string host = "127.0.0.1"; // an IPv4 or IPv6 address, or localhost
    unsigned short port = 8080;     // 0: any free one
    bool reuse_port = false;        // several processes on one port
    http::limits limits;
    std::string version; // sent as Lightdash-Version
    // An answer 503 says what was waited for, and what PostgreSQL said; false: that stays in the log, and strangers
    // learn nothing of roles, hosts and statements.
    bool say_why = true;
    bool trust_proxy = false; // X-Forwarded-For tells who asks: only behind a proxy that appends to it
};

// One finished request, for the access log and the metrics.
struct access_record {
    method verb;
    std::string_view target, id, client, user_agent; // target: "" when the request line could not be read
    unsigned status;                                 // 499: the client left before there was an answer
    std::size_t request_bytes, response_bytes;       // header and body
    std::chrono::nanoseconds time;                   // from the complete header to the complete answer
    const request_account& account;
    bool client_left; // nobody was there to receive the answer
};

struct server_stats {
    std::size_t connections = 0, active_requests = 0;
    std::uint64_t accepted = 0;
    std::uint64_t refused = 0;         // connections beyond the limit: 503 and closed
    std::uint64_t accept_pauses = 0;   // 100 ms each, when the process is out of descriptors
    std::uint64_t evicted = 0;         // unknown clients' connections, closed to make room for others
    std::uint64_t bad_requests = 0;    // refused without a handler, connection closed
    std::uint64_t overloaded = 0;      // requests refused because too many wait for the database
    std::uint64_t too_many_bodies = 0; // requests refused because all bodies together were too large
    std::size_t queueing = 0;          // requests whose routes queue, under way now
    std::size_t body_bytes = 0;        // of all bodies held now
    std::uint64_t client_left = 0;     // before it had its whole answer
};

class server {
public:
    // Called once per request, also for refused ones, on the loop; the record is valid during the call. Must not throw.
    using access_log = std::function<void(const access_record&)>;

    // The router must outlive the server and not change any more.
    server(asio::io_context& context, timer_wheel& clocks, const router& routes, server_options options,
           access_log on_access);
    server(const server&) = delete;
    server& operator=(const server&) = delete;
    ~server();

    // Binds and listens at once; throws error_kind::configuration naming address and reason.
    void start();
    unsigned short port() const noexcept; // the bound one

    // From now on every response carries Connection: close; the listener stays open (promises H19).
    void begin_drain();
    // Stops accepting, closes idle connections, waits for requests in flight until `until`, then cancels them. True
    // when none had to be cancelled (promises H20, H21).
    task<bool> stop(deadline until);

    server_stats stats() const noexcept;

private:
    struct state;
    std::shared_ptr<state> state_;
};

} // namespace lightdash::http
