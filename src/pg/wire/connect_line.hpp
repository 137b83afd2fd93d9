// A connection that is being made, as the machine that decides about it sees it. Scripted in tests.
#pragma once

#include <cstddef>
#include <string>

namespace lightdash::pg {

// What was tried: one server, at each address of its name, or several, which may be in different states.
enum class connect_scope : unsigned char { one_server, several_servers };

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

} // namespace lightdash::pg
