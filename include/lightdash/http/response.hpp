// What a handler answers: Lightdash's envelope, always JSON.
#pragma once

#include "lightdash/core/error.hpp"
#include "lightdash/http/json.hpp"

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
template <class T>
response created(const T& results)
{
    return ok(results, 201);
}

// {"status":"error","error":{statusCode,name,message,data,requestId}}: the one place where an error becomes HTTP
// (api.md 1.2, promises 1.5). 500s say nothing of their cause. Sets Retry-After where the error or its kind asks for
// it.
response error_response(const error& failure, std::string_view request_id);
// For anything else that was thrown.
response error_response(const std::exception_ptr& failure, std::string_view request_id);

} // namespace lightdash::http
