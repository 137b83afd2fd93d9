// A throwaway PostgreSQL that a test may kill, freeze and restart. Not durable: fsync is off.
#pragma once

#include "support/test_server.hpp"

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace lightdash::testing {

struct private_cluster_options {
    bool tcp = false;          // also listens on 127.0.0.1, on a port of its own
    std::string configuration; // lines of postgresql.conf, for example "max_connections = 12"
    std::string standby_of;    // conninfo of the primary that it is a streaming standby of
    std::string slot;          // of a standby: the replication slot it makes on the primary and uses; may be empty
};

class private_cluster {
public:
    using options = private_cluster_options;

    // Creates it in a temporary folder and starts it; throws with PostgreSQL's own words when that fails.
    explicit private_cluster(options wanted = {});
    private_cluster(const private_cluster&) = delete;
    private_cluster& operator=(const private_cluster&) = delete;
    ~private_cluster(); // kills it and removes its folder

    // For libpq, as superuser without a password. Over TCP when it has it and `over_tcp`.
    std::string conninfo(const std::string& database = "postgres", bool over_tcp = false) const;
    std::uint16_t port() const noexcept { return port_; } // of TCP; 0 without

    void start(); // and waits until it accepts connections
    void start_without_waiting();
    void wait_until_ready() const;
    void stop();             // fast: ends every session in order
    void stop_immediately(); // as on power-off, but waits for its end
    void kill();             // SIGKILL to the whole server at once
    void kill_a_backend();   // SIGKILL to one session: the server ends them all and recovers by itself
    void freeze();           // SIGSTOP to the whole server: connections hang, nobody closes them
    void thaw();
    bool running() const;
    std::string log() const;

    plain_connection plain(const std::string& database = "postgres") const
    {
        return plain_connection{conninfo(database)};
    }

private:
    void remove() noexcept;
    void signal_all(int signal) const;
    std::vector<pid_t> processes() const;
    void end_with(int signal);

    std::filesystem::path folder_;
    std::filesystem::path programs_;
    std::uint16_t port_ = 0;
    pid_t pid_ = 0;
};

// A TCP port of 127.0.0.1 that is free now.
std::uint16_t free_port();

} // namespace lightdash::testing
