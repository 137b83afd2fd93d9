// A TCP proxy in front of a server, on a thread of its own, that breaks connections in every way a network can.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace lightdash::testing {

class fault_proxy {
public:
    enum class direction : unsigned char { to_server, to_client };

    // In front of 127.0.0.1:`port`.
    explicit fault_proxy(std::uint16_t port);
    // In front of the PostgreSQL that `conninfo` names, over TCP or its Unix socket.
    static fault_proxy before(const std::string& conninfo);

    fault_proxy(fault_proxy&&) noexcept;
    fault_proxy& operator=(fault_proxy&&) = delete;
    ~fault_proxy();

    // Where clients connect: 127.0.0.1, the same port as long as it lives.
    std::uint16_t port() const noexcept;
    // The conninfo of before(), through this proxy.
    std::string conninfo() const;

    // Every call below has taken effect when it returns.
    void refuse();    // new connections: ECONNREFUSED
    void accept();    // the opposite
    void stall();     // nothing is forwarded either way; new connections are accepted and hang
    void resume();    // forwards again, what was held back first
    void close_all(); // FIN to both sides of every connection
    void reset_all(); // RST to both sides of every connection
    // Each connection, present or future, is reset once that many more bytes went that way; a part of a message may be
    // the last.
    void cut_after(direction way, std::size_t bytes);
    void never_cut();

    std::size_t accepted() const;               // connections so far
    std::size_t open() const;                   // connections now
    std::size_t forwarded(direction way) const; // bytes so far, of all connections
    std::size_t round_trips() const;            // how often, so far, a client sent after it was answered, or began

private:
    struct state;
    explicit fault_proxy(std::unique_ptr<state> made);
    std::unique_ptr<state> state_;
};

} // namespace lightdash::testing
