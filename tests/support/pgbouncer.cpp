#include "support/pgbouncer.hpp"

#include "ops/child/child_process.hpp"
#include "ops/postgres/cluster_files.hpp"
#include "support/server_account.hpp"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <stdexcept>
#include <thread>

namespace lightdash::testing {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

constexpr auto patience = 10s;

fs::path program()
{
    for (const auto* path : {"/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/usr/local/sbin/pgbouncer"})
        if (fs::exists(path))
            return path;
    throw std::runtime_error("pgbouncer is not installed: scripts/setup --tests installs it");
}

// "ignore_startup_parameters" is left at its default, so that a client that sends more than a pooler takes is refused.
std::string configuration(const fs::path& folder, const std::string& server, unsigned server_connections,
                          const std::string& more)
{
    return "[databases]\n* = " + server +
           "\n[pgbouncer]\nlisten_addr =\nlisten_port = 6432\nunix_socket_dir = " + folder.string() +
           "\nauth_type = trust\nauth_file = " + (folder / "users").string() +
           "\npool_mode = transaction\nmax_client_conn = 200\ndefault_pool_size = " +
           std::to_string(server_connections) + "\n" + more;
}

} // namespace

pgbouncer::pgbouncer(const private_cluster& behind, unsigned server_connections, const std::string& more)
    : folder_(make_server_folder("pgbouncer"))
{
    const auto whole = behind.conninfo();
    std::ofstream{folder_ / "users"} << "\"postgres\" \"\"\n";
    std::ofstream{folder_ / "ini"} << configuration(folder_, whole.substr(0, whole.find(" dbname=")),
                                                    server_connections, more);
    const int log = ::open((folder_ / "log").c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
    pid_ = ops::spawn({.argv = {program().string(), (folder_ / "ini").string()},
                       .as = server_account(),
                       .folder = folder_,
                       .output = log,
                       .own_session = true,
                       .when_orphaned = SIGKILL});
    ::close(log);
    for (const auto until = clock::now() + patience; clock::now() < until; std::this_thread::sleep_for(10ms)) {
        try {
            plain().value("select 1");
            return;
        } catch (const std::runtime_error&) {
            if (!ops::process_alive(pid_))
                break;
        }
    }
    const auto said = this->log();
    ::kill(pid_, SIGKILL);
    fs::remove_all(folder_);
    throw std::runtime_error("pgbouncer did not start: " + said);
}

pgbouncer::~pgbouncer()
{
    ::kill(pid_, SIGKILL);
    for (const auto until = clock::now() + patience; clock::now() < until && !ops::reap(pid_);)
        std::this_thread::sleep_for(1ms);
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
}

std::string pgbouncer::conninfo(const std::string& database) const
{
    return "host=" + folder_.string() + " port=6432 user=postgres dbname=" + conninfo_value(database);
}

std::string pgbouncer::log() const
{
    return ops::read_from(folder_ / "log", 0);
}

} // namespace lightdash::testing
