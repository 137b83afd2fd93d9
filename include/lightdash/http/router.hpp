// Method and path to handler.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/http/request.hpp"
#include "lightdash/http/response.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lightdash::http {

// Answers a request. Failures are exceptions; the session makes responses of them. A handler that never suspends may be
// given as `immediate`: it is called without a coroutine.
using handler = std::function<task<response>(request&)>;
using immediate_handler = std::function<response(request&)>;

struct route {
    method verb;
    std::string pattern; // "/api/v1/projects/{project}/dashboards": whole segments are parameters
    handler handle;      // one of the two
    immediate_handler handle_now;
    // Who may ask, decided at the head, before a body is read; both throw for who may not. `admit_known` does not wait:
    // true, or false when `admit_unknown` has to find out. Both or none; none: everybody.
    std::function<bool(request&)> admit_known;
    std::function<task<void>(request&)> admit_unknown;
    bool takes_json = false;               // a body of another type is refused at the head
    bool queues = false;                   // waits for a connection of its own: under overload refused at the head
    std::optional<std::size_t> body_limit; // in place of limits::body_bytes
    bool always_on = false;                // answered while draining and when overloaded: the health probes
    // What successes are made of; a request whose Accept excludes it gets 406. Empty: anything goes.
    std::string_view produces = "application/json";
};

class router {
public:
    router();
    router(router&&) noexcept;
    router& operator=(router&&) noexcept;
    ~router();

    // Throws error_kind::internal when the pattern is malformed, has no handler or two, or when method and pattern are
    // already taken.
    void add(route r);

    struct match {
        const route* found = nullptr; // null: 404 when `allow` is empty, else 405
        std::string allow;            // "GET, PATCH": what the path can do
    };
    // Fills the path parameters of the request (percent-decoded once) and account().route. Segments in clear win over
    // parameters. HEAD is served by GET; one trailing slash is ignored. Linear in the length of the path.
    match find(request& rq) const;
    const std::vector<std::unique_ptr<route>>& routes() const noexcept { return routes_; }

private:
    struct node;
    std::vector<std::unique_ptr<route>> routes_;
    std::unique_ptr<node> root_;
};

} // namespace lightdash::http
