// How a connection comes to be: what to wait for next, and when to give up. No I/O.
#pragma once

#include "lightdash/core/deadline.hpp"
#include "lightdash/core/error.hpp"
#include "lightdash/pg/sqlstate.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>

namespace lightdash::pg {

// What libpq does while it connects.
class connect_line {
public:
    enum class progress : unsigned char { reading, writing, connected, failed };
    virtual ~connect_line() = default;

    // May close its socket and open another: nobody may wait on the old one meanwhile.
    virtual progress poll() = 0;
    virtual int socket() const noexcept = 0; // -1: none
    virtual std::string trouble() const = 0;
    virtual connect_scope scope() const noexcept = 0; // of all that trouble() tells
    virtual std::size_t hosts() const = 0;            // that are left to try, the one being tried included
    virtual std::string host() const = 0; // the one being tried: libpq goes on from one that refuses by itself
    // Gives this host up and begins anew with the others. May close its socket, as poll().
    virtual void next_host() = 0;
    virtual int server_version() const noexcept = 0;
    virtual bool enter_pipeline() = 0; // non-blocking from now on
};

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
