// What a handler answers: Lightdash's envelope, always JSON.
#pragma once

#include "lightdash/core/error.hpp"
#include "lightdash/json/json.hpp"

#include <exception>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lightdash::http {

struct response {
    unsigned status = 200;
    std::string body;
    std::string_view content_type = "application/json; charset=utf-8"; // a literal
    std::vector<std::pair<std::string_view, std::string>> headers;     // names are literals; values without CR and LF
    bool close = false;                                                // close the connection after it
};

// {"status":"ok"} or {"status":"ok","results":…}
response done();
template <class T>
response ok(const T& results, unsigned status = 200)
{
    response made;
    made.status = status;
    made.body = R"({"status":"ok","results":)";
    json::write(made.body, results);
    made.body += '}';
    return made;
}
// 201, with the path of what was created (RFC 9110 15.3.2).
template <class T>
response created(const T& results, std::string location)
{
    auto made = ok(results, 201);
    made.headers.emplace_back("Location", std::move(location));
    return made;
}

// What an error is on the wire: its status and Lightdash's name for it.
struct error_meaning {
    unsigned status;
    std::string_view name;
};
error_meaning meaning_of(error_kind kind) noexcept;

// {"status":"error","error":{statusCode,name,message,data,requestId}}: the one place where an error becomes HTTP
// (api.md 1.2, promises 1.5). 500s say nothing of their cause. 503s and 429s carry Retry-After, jittered so that
// clients do not return all at once, 401s WWW-Authenticate; `close` is set where the rest of the connection cannot be
// trusted. `data` holds the error's own, or
//   422: pointer → {message} for every fault; 400 for a refused text the same, if there are any
//   400, 409 from a rule of the database: column and constraint, never values
//   503 not ready: reason, from the error's field of that name, else schema_pending or starting
//   503 after an unanswered COMMIT: outcome "unknown", and no Retry-After
// Without `say_why` a 503 says no more of its cause than a 500.
response error_response(const error& failure, std::string_view request_id, bool say_why = true);
// For anything else that was thrown.
response error_response(const std::exception_ptr& failure, std::string_view request_id);

} // namespace lightdash::http
