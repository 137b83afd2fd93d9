#include "support/private_cluster.hpp"

#include "ops/child/child_process.hpp"
#include "ops/postgres/cluster_files.hpp"
#include "ops/postgres/postgres_binaries.hpp"
#include "support/server_account.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <stdexcept>
#include <thread>

namespace lightdash::testing {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

constexpr auto patience = 30s;

std::string configuration(const fs::path& folder, std::uint16_t port, const std::string& more)
{
    return "listen_addresses = '" + std::string{port ? "127.0.0.1" : ""} +
           "'\nport = " + std::to_string(port ? port : 5432) + "\nunix_socket_directories = '" + folder.string() +
           "'\nfsync = off\nfull_page_writes = off\nmax_connections = 60\n" +
           "shared_buffers = 16MB\ntimezone = 'UTC'\nlog_timezone = 'UTC'\n" + more + "\n";
}

void run_as_server(const fs::path& program, std::vector<std::string> arguments)
{
    arguments.insert(arguments.begin(), program.string());
    const auto done = ops::run({.argv = std::move(arguments), .as = server_account()}, 60s);
    if (!done.ok())
        throw std::runtime_error(program.string() + " failed: " + done.output);
}

const fs::path& server_programs()
{
    static const auto found =
        ops::choose_postgres(ops::find_postgres(ops::default_binary_search()), std::nullopt, {}).folder;
    return found;
}

// initdb computes for a second or more: it runs once in a process, and each cluster begins as a copy.
class pristine_data {
public:
    static fs::path folder()
    {
        static const pristine_data made;
        return made.folder_ / "data";
    }
    pristine_data(const pristine_data&) = delete;
    pristine_data& operator=(const pristine_data&) = delete;

private:
    pristine_data() : folder_(make_server_folder("pristine"))
    {
        run_as_server(server_programs() / "initdb",
                      {"-D", (folder_ / "data").string(), "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8",
                       "--auth=trust", "--no-sync", "--no-instructions"});
    }
    ~pristine_data()
    {
        std::error_code ignored;
        fs::remove_all(folder_, ignored);
    }

    fs::path folder_;
};

pid_t parent_of(pid_t pid)
{
    const auto stat = ops::read_from("/proc/" + std::to_string(pid) + "/stat", 0);
    const auto name_end = stat.rfind(')'); // "pid (name) S ppid ..."
    pid_t parent = 0;
    if (name_end != std::string::npos && name_end + 4 < stat.size())
        std::from_chars(stat.data() + name_end + 4, stat.data() + stat.size(), parent);
    return parent;
}

std::vector<pid_t> children_of(pid_t parent)
{
    std::vector<pid_t> made;
    for (const auto& entry : fs::directory_iterator{"/proc"}) {
        const auto name = entry.path().filename().string();
        pid_t pid = 0;
        if (std::from_chars(name.data(), name.data() + name.size(), pid).ec == std::errc{} && parent_of(pid) == parent)
            made.push_back(pid);
    }
    return made;
}

} // namespace

std::uint16_t free_port()
{
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    const bool found = ::bind(fd, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                       ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0;
    ::close(fd);
    if (!found)
        throw std::runtime_error("no free TCP port on 127.0.0.1");
    return ntohs(address.sin_port);
}

private_cluster::private_cluster(options wanted)
    : folder_(make_server_folder("cluster")), programs_(server_programs()),
      port_(wanted.tcp ? free_port() : std::uint16_t{0})
{
    const auto data = (folder_ / "data").string();
    if (wanted.standby_of.empty()) {
        run_as_server("/bin/cp", {"--archive", "--reflink=auto", pristine_data::folder().string(), data});
    } else {
        std::vector<std::string> copy{
            "-D", data, "-d", wanted.standby_of, "--write-recovery-conf", "--no-sync", "--checkpoint=fast"};
        if (!wanted.slot.empty())
            copy.insert(copy.end(), {"--create-slot", "--slot=" + wanted.slot});
        run_as_server(programs_ / "pg_basebackup", copy);
    }
    std::ofstream{folder_ / "data/postgresql.conf", std::ios::app}
        << configuration(folder_, port_, wanted.configuration);
    try {
        start();
    } catch (...) {
        remove();
        throw;
    }
}

private_cluster::~private_cluster()
{
    remove();
}

void private_cluster::remove() noexcept
{
    try {
        kill();
        fs::remove_all(folder_);
    } catch (const std::exception& failure) {
        std::fprintf(stderr, "left %s behind: %s\n", folder_.c_str(), failure.what());
    }
}

std::string private_cluster::conninfo(const std::string& database, bool over_tcp) const
{
    const auto host = over_tcp && port_ ? std::string{"127.0.0.1"} : folder_.string();
    return "host=" + host + " port=" + std::to_string(port_ ? port_ : 5432) +
           " user=postgres dbname=" + conninfo_value(database);
}

void private_cluster::start()
{
    start_without_waiting();
    wait_until_ready();
}

void private_cluster::start_without_waiting()
{
    // As after a reboot: whatever a killed server left names nobody.
    std::error_code ignored;
    fs::remove(folder_ / "data/postmaster.pid", ignored);
    for (const auto& entry : fs::directory_iterator{folder_})
        if (entry.path().filename().string().rfind(".s.PGSQL", 0) == 0)
            fs::remove(entry.path(), ignored);
    const int log = ::open((folder_ / "log").c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
    pid_ = ops::spawn({.argv = {(programs_ / "postgres").string(), "-D", (folder_ / "data").string()},
                       .as = server_account(),
                       .folder = folder_,
                       .output = log,
                       .own_session = true,
                       .when_orphaned = SIGQUIT}); // a killed test leaves no server behind
    ::close(log);
}

void private_cluster::wait_until_ready() const
{
    for (const auto until = clock::now() + patience; clock::now() < until; std::this_thread::sleep_for(5ms)) {
        const auto told = ops::read_postmaster_file(folder_ / "data");
        if (told && told->pid == pid_ && told->status == "ready")
            return;
        if (!running())
            throw std::runtime_error("the private cluster ended instead of starting: " + log());
    }
    throw std::runtime_error("the private cluster was not ready in 30 s: " + log());
}

void private_cluster::stop()
{
    end_with(SIGINT);
}
void private_cluster::stop_immediately()
{
    end_with(SIGQUIT);
}

void private_cluster::end_with(int signal)
{
    if (pid_ == 0)
        return;
    ::kill(pid_, signal);
    for (const auto until = clock::now() + patience; clock::now() < until; std::this_thread::sleep_for(2ms))
        if (ops::reap(pid_)) {
            pid_ = 0;
            return;
        }
    throw std::runtime_error("the private cluster did not stop in 30 s: " + log());
}

void private_cluster::kill()
{
    if (pid_ == 0)
        return;
    const auto all = processes();
    signal_all(SIGKILL);
    end_with(SIGKILL);
    for (const auto until = clock::now() + patience; clock::now() < until; std::this_thread::sleep_for(2ms)) {
        bool any = false;
        for (const pid_t pid : all)
            any |= ops::process_alive(pid);
        if (!any)
            return;
    }
}

void private_cluster::kill_a_backend()
{
    // A session if there is one; without any, the checkpointer's death has the same effect.
    const auto victims =
        plain().column("SELECT pid FROM pg_stat_activity WHERE backend_type IN ('client backend', 'checkpointer') "
                       "AND pid <> pg_backend_pid() ORDER BY backend_type DESC");
    if (victims.empty())
        throw std::runtime_error("the private cluster has no process to kill");
    ::kill(static_cast<pid_t>(std::stol(victims.front())), SIGKILL);
}

void private_cluster::freeze()
{
    signal_all(SIGSTOP);
}
void private_cluster::thaw()
{
    signal_all(SIGCONT);
}
bool private_cluster::running() const
{
    return pid_ != 0 && ops::process_alive(pid_);
}
std::string private_cluster::log() const
{
    return ops::read_from(folder_ / "log", 0);
}

std::vector<pid_t> private_cluster::processes() const
{
    auto all = children_of(pid_);
    all.insert(all.begin(), pid_); // first: it must not answer the end of its children
    return all;
}

void private_cluster::signal_all(int signal) const
{
    if (pid_ == 0)
        return;
    // Stopped first, it makes no more children while they are listed.
    ::kill(pid_, SIGSTOP);
    for (const pid_t pid : processes())
        ::kill(pid, signal);
}

} // namespace lightdash::testing
