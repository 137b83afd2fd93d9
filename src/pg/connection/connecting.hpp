// How a connection comes to be: what to wait for next, and when to give up. No I/O.
#pragma once

#include "lightdash/core/deadline.hpp"
#include "lightdash/core/error.hpp"

#include "pg/wire/connect_line.hpp"

#include <algorithm>
#include <optional>
#include <string>

namespace lightdash::pg {

class connecting {
public:
    static constexpr int oldest_server = 130000;

    // Gives up at the earlier of the two: past `limit` the server was too slow (database_unavailable), past `until` its
    // caller has no more time (deadline_exceeded). A host that does not answer has its share of that time only; libpq's
    // own limit for each host works in its blocking calls alone.
    connecting(connect_line& line, deadline limit, deadline until) noexcept : line_(line), limit_(limit), until_(until)
    {}

    enum class wish : unsigned char { readable, writable, connected, failed };
    // To be called at once, and then whenever the last wish came true or the time is up.
    wish step(deadline::clock::time_point now);
    deadline gives_up() const noexcept { return std::min(limit_, until_); }
    deadline due() const noexcept { return std::min(gives_up(), host_due_); } // call step() then at the latest
    const error& failure() const noexcept { return *failure_; }

private:
    wish await(wish next, deadline::clock::time_point now);
    wish fail(error why);
    wish out_of_time();
    wish greet();

    connect_line& line_;
    deadline limit_;
    deadline until_;
    std::string host_;
    deadline host_due_ = deadline::never();
    std::optional<error> failure_;
};

} // namespace lightdash::pg
