// A PostgreSQL of a test's own, to be stopped, starved and lied to. Gone with the object.
#pragma once

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <thread>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

namespace lightdash::pg {

inline int free_port()
{
    const int probe = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    ::bind(probe, reinterpret_cast<sockaddr*>(&address), size);
    ::getsockname(probe, reinterpret_cast<sockaddr*>(&address), &size);
    ::close(probe);
    return ntohs(address.sin_port);
}

class private_cluster {
public:
    // `settings` are lines of postgresql.conf. TLS with a certificate for the name `db.test`, signed by itself; over
    // TCP a password is asked for ("secret"), over the Unix socket none.
    explicit private_cluster(const std::string& settings = {}) : port_(free_port())
    {
        char pattern[] = "/tmp/ldpgwire.XXXXXX";
        if (!::mkdtemp(pattern))
            throw std::runtime_error("no temporary folder");
        home_ = pattern;
        shell("chown postgres " + home_ + " 2>/dev/null || true");
        as_owner(bin() + "/initdb -D " + home_ + "/data -U postgres -A trust --no-sync >/dev/null");
        as_owner("openssl req -new -x509 -days 30 -nodes -subj /CN=db.test -out " + home_ +
                 "/data/server.crt -keyout " + home_ + "/data/server.key 2>/dev/null && chmod 600 " + home_ +
                 "/data/server.key");
        std::ofstream{home_ + "/data/postgresql.conf", std::ios::app}
            << "\nport = " << port_ << "\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = '" << home_
            << "'\nssl = on\nfsync = off\nmax_connections = 20\n"
            << settings << '\n';
        std::ofstream{home_ + "/data/pg_hba.conf"} << "local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n";
        start();
        as_owner("psql -q -h " + home_ + " -p " + std::to_string(port_) +
                 " -U postgres -c \"SET default_transaction_read_only=off\" "
                 "-c \"SET transaction_read_only=off\" -c \"ALTER USER postgres PASSWORD 'secret'\"");
    }
    private_cluster(const private_cluster&) = delete;
    private_cluster& operator=(const private_cluster&) = delete;
    ~private_cluster()
    {
        try {
            wake();
            as_owner(bin() + "/pg_ctl -D " + home_ + "/data -m immediate -w stop >/dev/null 2>&1");
        } catch (const std::exception&) {
            // not running: its folder goes all the same
        }
        std::error_code ignored;
        std::filesystem::remove_all(home_, ignored);
    }

    void start() const { as_owner(bin() + "/pg_ctl -D " + home_ + "/data -l " + home_ + "/log -w start >/dev/null"); }
    void stop_postmaster() const { ::kill(postmaster(), SIGSTOP); }
    void wake() const { ::kill(postmaster(), SIGCONT); }

    const std::string& folder() const noexcept { return home_; }
    int port() const noexcept { return port_; }
    std::string local_dsn() const
    {
        return "host=" + home_ + " port=" + std::to_string(port_) + " user=postgres dbname=postgres";
    }
    std::string tcp_dsn(const std::string& more = "password=secret") const
    {
        return "host=127.0.0.1 port=" + std::to_string(port_) + " user=postgres dbname=postgres " + more;
    }
    std::string certificate() const { return home_ + "/data/server.crt"; }

private:
    pid_t postmaster() const
    {
        pid_t pid = 0;
        std::ifstream{home_ + "/data/postmaster.pid"} >> pid;
        if (pid <= 0)
            throw std::runtime_error("the private server does not run");
        return pid;
    }
    static std::string bin()
    {
        static const std::string found = [] {
            std::string newest;
            for (const auto& one : std::filesystem::directory_iterator("/usr/lib/postgresql"))
                newest = std::max(newest, (one.path() / "bin").string());
            return newest;
        }();
        return found;
    }
    static void shell(const std::string& command)
    {
        if (std::system(command.c_str()) != 0)
            throw std::runtime_error("failed: " + command);
    }
    // initdb and the server refuse to be run by root.
    static void as_owner(const std::string& command)
    {
        if (::geteuid() != 0)
            return shell(command);
        std::string quoted;
        for (const char c : command)
            quoted += c == '\'' ? std::string{"'\\''"} : std::string(1, c);
        shell("cd /tmp && runuser -u postgres -- sh -c '" + quoted + "'");
    }

    int port_;
    std::string home_;
};

} // namespace lightdash::pg
