// Who asks from where, before it is known who they are: a parameter of handlers.
#pragma once

#include "lightdash/core/deadline.hpp"
#include "lightdash/http/request.hpp"

#include <string_view>

namespace lightdash::accounts {

struct client {
    std::string_view address; // an IP address, without a zone
    std::string_view cookie;  // the Cookie field
    deadline until;           // the request's

    static client of(const http::request& rq)
    {
        return {rq.client().substr(0, rq.client().find('%')), rq.header("cookie"), rq.deadline()};
    }
};

} // namespace lightdash::accounts
