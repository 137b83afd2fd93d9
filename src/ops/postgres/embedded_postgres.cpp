#include "lightdash/ops/embedded_postgres.hpp"

#include "lightdash/core/error.hpp"
#include "lightdash/core/log.hpp"
#include "lightdash/core/shell_quoted.hpp"
#include "lightdash/pg/conninfo_text.hpp"
#include "ops/child/child_process.hpp"
#include "ops/postgres/cluster_files.hpp"
#include "ops/postgres/cluster_home.hpp"
#include "ops/postgres/postgres_binaries.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

namespace lightdash::ops {
namespace {

namespace fs = std::filesystem;
using clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr auto poll_interval = 5ms;
constexpr auto fast_stop_limit = 20s;
constexpr auto immediate_stop_limit = 10s; // the server kills its own children after 5 s
constexpr auto initdb_limit = 120s;
constexpr auto statement_limit = 30s;
constexpr std::uintmax_t space_for_a_cluster = 64U << 20U;
constexpr std::uintmax_t log_limit = 16U << 20U;

std::string conninfo_for(const fs::path& socket, std::string_view database)
{
    return fmt::format("host={} port=5432 user={} dbname={}", pg::conninfo_quoted(socket.native()), cluster_role,
                       pg::conninfo_quoted(database));
}

std::string doubled(std::string_view value, char quote)
{
    std::string made{quote};
    for (const char c : value) {
        if (c == quote)
            made += c;
        made += c;
    }
    return made + quote;
}

void require_space(const fs::path& folder)
{
    struct statvfs room{};
    if (::statvfs(folder.c_str(), &room) != 0)
        return;
    const std::uintmax_t free = room.f_bavail * static_cast<std::uintmax_t>(room.f_frsize);
    if (free < space_for_a_cluster)
        refuse_cluster(
            fmt::format("cannot create a PostgreSQL cluster in {}: {} MB are free there and {} MB are needed. Free "
                        "some space, or use "
                        "another --data-dir",
                        folder.string(), free >> 20U, space_for_a_cluster >> 20U));
}

// A log that grew is kept once, under another name.
void keep_log_short(const fs::path& log)
{
    std::error_code ignored;
    if (fs::file_size(log, ignored) > log_limit && !ignored)
        fs::rename(log, log.native() + ".1", ignored);
}

bool may_pass(std::string_view output)
{
    // Backends of a server that was killed hold its shared memory until they notice.
    return output.find("pre-existing shared memory block") != std::string_view::npos;
}

} // namespace

struct embedded_postgres::state {
    embedded_postgres_options options;
    cluster_place place;
    folder_lock lock;
    postgres_binaries binaries{};
    pid_t user = ::getpid(); // a forked copy of this object must not stop the server
    pid_t pid = 0;           // postmaster; 0: not running
    bool created = false;
    std::string conninfo;

    explicit state(const embedded_postgres_options& given)
        : options(given), place(prepare_place(given.data_dir)), lock(place.layout)
    {
        binaries = choose_postgres(find_postgres(default_binary_search()), cluster_version(place.layout.data),
                                   place.layout.data);
    }
    state(const state&) = delete;
    state& operator=(const state&) = delete;
    ~state()
    {
        if (!options.keep_running)
            stop();
    }

    const cluster_layout& layout() const { return place.layout; }
    std::string program(const char* name) const { return (binaries.folder / name).string(); }
    std::optional<account> other_account() const
    {
        return place.owner.uid == ::geteuid() ? std::nullopt : std::optional{place.owner};
    }
    std::uintmax_t log_size() const
    {
        std::error_code absent;
        const auto size = fs::file_size(layout().log, absent);
        return absent ? 0 : size;
    }

    // For the statements that take most (db slow): its memory is taken only when the server starts.
    bool configure() const
    {
        constexpr std::string_view statistics = "pg_stat_statements";
        return write_configuration(layout(), place.owner, has_module(binaries, statistics) ? statistics : "");
    }
    void create();
    bool take_over(clock::time_point until);
    void remove_stale_files() const;
    void launch(clock::time_point until);
    pid_t spawn_server() const;
    bool wait_until_ready(clock::time_point until, std::uintmax_t log_start);
    void wait_until_gone(clock::time_point until);
    bool gone();
    void stop_when_interrupted() const;
    void ensure_database() const;
    std::string ask(const std::string& statement) const;
    void stop() noexcept;
    bool end_with(int signal, std::chrono::milliseconds limit);
};

void embedded_postgres::state::create()
{
    require_space(layout().home);
    // Made beside its final place and renamed, so that an interrupted first start leaves nothing that looks like a
    // cluster.
    const fs::path fresh = layout().data.native() + ".initializing";
    std::error_code failure;
    fs::remove_all(fresh, failure);
    fs::create_directory(fresh, failure);
    if (failure)
        refuse_cluster(fmt::format("cannot create {}: {}", fresh.string(), failure.message()));
    fs::permissions(fresh, fs::perms::owner_all);
    if (::geteuid() == 0 && ::chown(fresh.c_str(), place.owner.uid, place.owner.gid) != 0)
        refuse_cluster(fmt::format("cannot give {} to {}", fresh.string(), place.owner.name));

    const auto made = run({.argv = {program("initdb"), "-D", fresh.string(), "-U", std::string{cluster_role}, "-E",
                                    "UTF8", "--locale=C.UTF-8", "--auth=peer", "--no-instructions"},
                           .as = other_account()},
                          initdb_limit);
    if (!made.ok()) {
        fs::remove_all(fresh, failure);
        refuse_cluster(
            fmt::format("cannot create a PostgreSQL cluster in {}: initdb {}:{}", layout().data.string(),
                        made.timed_out ? "did not end in 120 s" : fmt::format("ended with code {}", made.exit_code),
                        explain_failure(made.output, layout())));
    }
    fs::remove(layout().data, failure); // an empty folder may stand there
    fs::rename(fresh, layout().data, failure);
    if (failure)
        refuse_cluster(
            fmt::format("cannot rename {} to {}: {}", fresh.string(), layout().data.string(), failure.message()));
    created = true;
}

// True when a server of a former process serves this cluster and is ours now.
bool embedded_postgres::state::take_over(clock::time_point until)
{
    const auto found = read_postmaster_file(layout().data);
    if (!found || !serves(found->pid, layout().data))
        return false;
    pid = found->pid;
    if (found->status == "stopping") { // perhaps it waits for sessions to end: nobody else wants them
        ::kill(pid, SIGINT);
        wait_until_gone(until);
        return false;
    }
    place.layout.socket = found->socket;
    if (configure())
        ::kill(pid, SIGHUP);
    if (!wait_until_ready(until, log_size()))
        return false;
    log::info("took over the private PostgreSQL that an earlier process left running", {{"pid", std::int64_t{pid}}});
    return true;
}

// Nobody serves this cluster: what a killed server left behind could name a pid that now is somebody else's, and
// PostgreSQL would then refuse to start.
void embedded_postgres::state::remove_stale_files() const
{
    std::error_code ignored;
    fs::remove(layout().data / "postmaster.pid", ignored);
    fs::remove(layout().socket / ".s.PGSQL.5432.lock", ignored);
}

pid_t embedded_postgres::state::spawn_server() const
{
    const int log = ::open(layout().log.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (log < 0)
        refuse_cluster(
            fmt::format("cannot write {}: {}", layout().log.string(), std::generic_category().message(errno)));
    if (::geteuid() == 0 && ::fchown(log, place.owner.uid, place.owner.gid) != 0) {
        ::close(log);
        refuse_cluster(fmt::format("cannot give {} to {}", layout().log.string(), place.owner.name));
    }
    try {
        const pid_t made = spawn({.argv = {program("postgres"), "-D", layout().data.string()},
                                  .as = other_account(),
                                  .folder = layout().data,
                                  .output = log,
                                  .own_session = true,
                                  .when_orphaned = options.keep_running ? std::nullopt : std::optional{SIGTERM}});
        ::close(log);
        return made;
    } catch (...) {
        ::close(log);
        throw;
    }
}

void embedded_postgres::state::launch(clock::time_point until)
{
    prepare_socket_folder(place);
    configure();
    keep_log_short(layout().log);
    for (;;) {
        remove_stale_files();
        const auto log_start = log_size();
        pid = spawn_server();
        if (wait_until_ready(until, log_start))
            return;
        const auto output = read_from(layout().log, log_start);
        if (!may_pass(output) || clock::now() >= until)
            refuse_cluster(fmt::format("the private PostgreSQL in {} did not start:{}", layout().data.string(),
                                       explain_failure(output, layout())));
        std::this_thread::sleep_for(200ms);
    }
}

// False when the server ended instead.
bool embedded_postgres::state::wait_until_ready(clock::time_point until, std::uintmax_t log_start)
{
    for (;;) {
        const auto told = read_postmaster_file(layout().data);
        if (told && told->pid == pid && told->status == "ready")
            return true;
        if (gone()) {
            pid = 0;
            return false;
        }
        stop_when_interrupted();
        if (clock::now() >= until)
            refuse_cluster(
                fmt::format("the private PostgreSQL in {} was not ready in {} s; it may still be recovering after a "
                            "crash. Start again "
                            "to wait longer. It said:{}",
                            layout().data.string(), options.start_timeout.count(),
                            explain_failure(read_from(layout().log, log_start), layout())));
        std::this_thread::sleep_for(poll_interval);
    }
}

void embedded_postgres::state::wait_until_gone(clock::time_point until)
{
    while (!gone()) {
        stop_when_interrupted();
        if (clock::now() >= until)
            refuse_cluster(fmt::format(
                "the PostgreSQL (pid {}) that an earlier process left in {} is stopping, and did not end in {} s", pid,
                layout().data.string(), options.start_timeout.count()));
        std::this_thread::sleep_for(poll_interval);
    }
    pid = 0;
}

void embedded_postgres::state::stop_when_interrupted() const
{
    if (options.interrupted && options.interrupted())
        refuse_cluster(
            fmt::format("the start of the private PostgreSQL in {} was interrupted", layout().data.string()));
}

bool embedded_postgres::state::gone()
{
    return reap(pid).has_value() || !process_alive(pid);
}

std::string embedded_postgres::state::ask(const std::string& statement) const
{
    auto told = run({.argv = {program("psql"), "-X", "-q", "-A", "-t", "-w", "-v", "ON_ERROR_STOP=1", "-c", statement,
                              conninfo_for(layout().socket, "postgres") + " connect_timeout=10"}},
                    statement_limit);
    if (!told.ok())
        refuse_cluster(fmt::format("the private PostgreSQL in {} runs but does not answer psql:{}",
                                   layout().data.string(), explain_failure(told.output, layout())));
    return std::move(told.output);
}

void embedded_postgres::state::ensure_database() const
{
    const auto found =
        ask(fmt::format("SELECT 1 FROM pg_database WHERE datname = {}", doubled(options.database, '\'')));
    if (found.empty())
        ask(fmt::format("CREATE DATABASE {}", doubled(options.database, '"')));
}

bool embedded_postgres::state::end_with(int signal, std::chrono::milliseconds limit)
{
    ::kill(pid, signal);
    for (const auto until = clock::now() + limit; clock::now() < until; std::this_thread::sleep_for(poll_interval))
        if (gone())
            return true;
    return gone();
}

void embedded_postgres::state::stop() noexcept
{
    if (pid == 0 || user != ::getpid())
        return;
    if (!end_with(SIGINT, fast_stop_limit)) {
        log::warn("the private PostgreSQL did not stop in 20 s and is stopped at once; it recovers on its next start",
                  {{"pid", std::int64_t{pid}}});
        if (!end_with(SIGQUIT, immediate_stop_limit))
            log::error("the private PostgreSQL does not stop", {{"pid", std::int64_t{pid}}});
    }
    pid = 0;
}

embedded_postgres::embedded_postgres(std::unique_ptr<state> s) : state_(std::move(s)) {}
embedded_postgres::embedded_postgres(embedded_postgres&&) noexcept = default;
embedded_postgres& embedded_postgres::operator=(embedded_postgres&&) noexcept = default;
embedded_postgres::~embedded_postgres() = default;

embedded_postgres embedded_postgres::start(const embedded_postgres_options& options)
{
    auto made = std::make_unique<state>(options);
    const auto until = clock::now() + options.start_timeout;
    if (made->place.moved)
        log::warn("the account that runs PostgreSQL cannot enter the data folder: its cluster is elsewhere",
                  {{"account", made->place.owner.name}, {"cluster", made->place.layout.data.native()}});
    if (!made->take_over(until)) {
        if (!cluster_version(made->place.layout.data))
            made->create();
        made->launch(clock::now() + options.start_timeout);
    }
    made->ensure_database();
    made->lock.say_ready();
    made->conninfo = conninfo_for(made->place.layout.socket, options.database);
    return embedded_postgres{std::move(made)};
}

std::optional<std::string> embedded_postgres::conninfo_of_running(const embedded_postgres_options& options)
{
    if (!fs::exists(options.data_dir))
        return std::nullopt;
    const auto place = prepare_place(options.data_dir);
    const auto found = read_postmaster_file(place.layout.data);
    if (!found || found->status != "ready" || !serves(found->pid, place.layout.data))
        return std::nullopt;
    if (!folder_lock::ready_in_another(place.layout))
        return std::nullopt; // it has just started, or is an orphan, which whoever starts takes over
    return conninfo_for(found->socket, options.database);
}

const std::string& embedded_postgres::conninfo() const noexcept
{
    return state_->conninfo;
}

std::string embedded_postgres::psql_command() const
{
    return fmt::format("psql -h {} -U {} {}", shell_quoted(state_->place.layout.socket.native()), cluster_role,
                       shell_quoted(state_->options.database));
}

bool embedded_postgres::created() const noexcept
{
    return state_->created;
}
void embedded_postgres::stop()
{
    state_->stop();
}

} // namespace lightdash::ops
