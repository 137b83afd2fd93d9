// Thousands of clients on one thread: each does what its plan says, however rude that is.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace lightdash::testing {

// What each client of a group does. Rates are in bytes per second.
struct client_plan {
    static constexpr double unlimited = -1, never = 0;

    std::string request;                 // whole; what is sent of it, and how fast:
    std::size_t send_at_once = SIZE_MAX; // these bytes
    double send_rate = unlimited;        // then the others
    double read_rate = unlimited;
    bool again = false;                 // asks again as soon as it is answered
    std::chrono::milliseconds every{0}; // or so long after it asked last
    bool reconnects = false;            // when the server closed
    bool leaves = false;                // resets the connection once it is answered, and comes back
};

// What the clients of a group saw.
struct group_report {
    std::string name;
    std::size_t clients = 0;
    std::map<int, std::size_t> statuses;
    std::map<int, std::vector<std::chrono::microseconds>> times; // from the first byte sent to the last received
    std::size_t closed = 0;                                      // by the server, in order
    std::size_t reset = 0;                                       // by the server, not in order
    std::size_t not_accepted = 0;
    std::uint64_t received = 0; // bytes

    std::size_t answered() const;
    std::size_t with(int status) const;
    // The time within which that share of the answers of that status came; zero without answers.
    std::chrono::microseconds percentile(double share, int status = 200) const;
    std::string line() const; // for people
};

class herd {
public:
    using group = std::size_t;

    explicit herd(std::uint16_t port);
    herd(const herd&) = delete;
    herd& operator=(const herd&) = delete;
    ~herd(); // resets every connection

    // From the next run() on.
    group add(std::string name, std::size_t clients, client_plan plan);
    // Lets them do it for so long, or until every client of `until` was answered or closed once.
    void run(std::chrono::milliseconds time);
    void run_until_settled(group until, std::chrono::milliseconds most);
    // Forgets what was seen, not the connections.
    void forget();
    // Resets the connections of a group and ends it.
    void dismiss(group whom);
    const group_report& report(group of) const;
    std::size_t open(group of) const; // connections now
    // The longest that this thread did not look at its sockets: what it cannot have measured better than.
    std::chrono::microseconds own_lag() const noexcept { return own_lag_; }
    // How long it ran since forget().
    std::chrono::steady_clock::duration played() const noexcept { return played_; }

private:
    struct member;
    struct company;

    using clock = std::chrono::steady_clock;

    void turn(clock::time_point until);
    void connect(member& who);
    void watch(member& who, bool sending);
    void on_ready(member& who, std::uint32_t events);
    void on_tick();
    void begin_request(member& who);
    void send(member& who);
    void receive(member& who);
    void take_answers(member& who);
    void answered(member& who, int status);
    void ended(member& who, bool by_reset);
    void close(member& who, bool with_reset);

    std::uint16_t port_;
    int epoll_;
    std::vector<std::unique_ptr<company>> companies_;
    std::size_t connecting_ = 0;
    clock::time_point now_;
    clock::time_point ticked_;
    std::chrono::microseconds own_lag_{0};
    clock::duration played_{0};
};

} // namespace lightdash::testing
