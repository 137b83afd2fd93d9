#include "ops/postgres/cluster_files.hpp"

#include "lightdash/core/error.hpp"

#include <fmt/format.h>

#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <fstream>
#include <sstream>
#include <system_error>
#include <utility>

namespace lightdash::ops {
namespace {

namespace fs = std::filesystem;

// A path for a socket and its final NUL must fit into sockaddr_un.
constexpr std::size_t socket_path_limit = sizeof(sockaddr_un::sun_path) - 1;
constexpr std::string_view socket_file = "/.s.PGSQL.5432";

bool fits_a_socket(const fs::path& folder)
{
    const auto& text = folder.native();
    // libpq and the server both read a comma or a quote in this folder's name as something else.
    return text.size() + socket_file.size() <= socket_path_limit && text.find_first_of(",\"\n") == std::string::npos;
}

int number_in(std::string_view text)
{
    int value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

// A value inside single quotes of postgresql.conf.
std::string config_value(std::string_view value)
{
    std::string made = "'";
    for (const char c : value) {
        if (c == '\'' || c == '\\')
            made += c;
        made += c;
    }
    return made + "'";
}

bool replace_file(const fs::path& file, const std::string& text, const account& owner)
{
    if (read_from(file, 0) == text)
        return false;
    const fs::path fresh = file.native() + ".new";
    std::ofstream out{fresh, std::ios::trunc};
    out << text << std::flush;
    if (!out)
        throw error{error_kind::configuration,
                    fmt::format("cannot write {}: the disk is full, or the folder is read-only", fresh.string())};
    out.close();
    if (::geteuid() == 0 && ::chown(fresh.c_str(), owner.uid, owner.gid) != 0)
        throw error{error_kind::configuration, fmt::format("cannot give {} to {}", fresh.string(), owner.name)};
    fs::rename(fresh, file);
    return true;
}

struct remedy {
    std::string_view sign;
    std::string_view text;
};
constexpr remedy remedies[] = {
    {"No space left on device", "free some disk space: a new cluster needs about 50 MB"},
    {"Read-only file system", "use another --data-dir, or mount that file system writable"},
    {"could not create shared memory segment",
     "the system's shared memory is used up: see kernel.shmmax and kernel.shmall"},
    {"invalid locale name", "the locale C.UTF-8 is missing: install the package libc-bin"},
    {"could not resize shared memory segment", "/dev/shm is too small: in a container, start it with --shm-size=256m"},
    {"Permission denied", "its files belong to another account: chown -R them, or use another --data-dir"},
    {"could not look up effective user ID", "this uid has no entry in /etc/passwd: run as an account that has one"},
    {"could not locate a valid checkpoint record",
     "the data folder is damaged: restore a backup, or move it away for a new, empty one"},
};

constexpr std::string_view cause_signs[] = {
    "FATAL:", "PANIC:", "error:", "ERROR:", "HINT:", "could not ", "parameter \"", "syntax error"};

bool tells_a_cause(std::string_view line)
{
    return std::any_of(std::begin(cause_signs), std::end(cause_signs),
                       [&](std::string_view sign) { return line.find(sign) != std::string_view::npos; });
}

} // namespace

std::string short_name(const fs::path& path)
{
    std::uint64_t hash = 14695981039346656037U; // FNV-1a: the same in every build, unlike std::hash
    for (const char c : path.native())
        hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
    return fmt::format("{:016x}", hash);
}

cluster_layout layout_in(const fs::path& home, const fs::path& temporary)
{
    cluster_layout made{home, home / "postgres", home / "postgres.log", home / "postgres.lock", home / "run"};
    if (!fits_a_socket(made.socket))
        made.socket = temporary / ("lightdash-" + short_name(home));
    if (!fits_a_socket(made.socket))
        made.socket = fs::path{"/tmp"} / ("lightdash-" + short_name(home));
    return made;
}

std::optional<postmaster_file> read_postmaster_file(const fs::path& data)
{
    std::ifstream in{data / "postmaster.pid"};
    if (!in)
        return std::nullopt;
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);)
        lines.push_back(line);
    lines.resize(8);
    // A standalone backend writes its pid negated.
    postmaster_file made{.pid = std::abs(number_in(lines[0])), .socket = lines[4], .status = lines[7]};
    made.status.erase(std::find(made.status.begin(), made.status.end(), ' '), made.status.end());
    return made;
}

bool serves(pid_t pid, const fs::path& data)
{
    if (!process_alive(pid))
        return false;
    std::error_code unreadable;
    const auto folder = fs::read_symlink(fmt::format("/proc/{}/cwd", pid), unreadable);
    if (!unreadable && folder != data) // a postmaster works inside its data folder
        return false;
    const auto arguments = read_from(fmt::format("/proc/{}/cmdline", pid), 0);
    return fs::path{arguments.c_str()}.filename().native().rfind("postgres", 0) == 0;
}

std::optional<int> cluster_version(const fs::path& data)
{
    const auto text = read_from(data / "PG_VERSION", 0);
    if (const int major = number_in(text); major > 0)
        return major;
    std::error_code unreadable;
    const bool there = fs::exists(data, unreadable);
    if (!unreadable && (!there || fs::is_empty(data, unreadable)) && !unreadable)
        return std::nullopt;
    throw error{
        error_kind::configuration,
        fmt::format(
            "{} is not empty but holds no PostgreSQL cluster that this account can read (no PG_VERSION); nothing "
            "was touched. Move it away, or use another --data-dir",
            data.string())};
}

std::string server_configuration(const cluster_layout& layout, std::string_view preloaded)
{
    return fmt::format(
        R"(# Written by lightdash-backend on every start: changes here are lost. Put your own into local.conf beside this file.
max_connections = 100
shared_buffers = '128MB'
timezone = 'UTC'
log_timezone = 'UTC'
datestyle = 'iso, mdy'
lc_messages = 'C.UTF-8'
lc_monetary = 'C.UTF-8'
lc_numeric = 'C.UTF-8'
lc_time = 'C.UTF-8'
default_text_search_config = 'pg_catalog.english'
log_destination = 'stderr'
log_line_prefix = '%m [%p] %q%u@%d '
shared_preload_libraries = {}

include_if_exists = 'local.conf'

listen_addresses = ''
port = 5432
unix_socket_directories = {}
unix_socket_permissions = 0700
logging_collector = off
fsync = on
full_page_writes = on
)",
        config_value(preloaded), config_value("\"" + layout.socket.native() + "\""));
}

std::string authentication_rules()
{
    return "# Written by lightdash-backend on every start. The kernel says who is calling.\n"
           "local all all peer map=lightdash\n";
}

std::string identity_map(const account& owner)
{
    std::string text = "# Written by lightdash-backend on every start: which system account may be which role.\n";
    text += fmt::format("lightdash \"{}\" {}\n", owner.name, cluster_role);
    if (owner.uid != 0)
        text += fmt::format("lightdash root {}\n", cluster_role);
    return text;
}

bool write_configuration(const cluster_layout& layout, const account& owner, std::string_view preloaded)
{
    bool changed = replace_file(layout.data / "postgresql.conf", server_configuration(layout, preloaded), owner);
    changed |= replace_file(layout.data / "pg_hba.conf", authentication_rules(), owner);
    changed |= replace_file(layout.data / "pg_ident.conf", identity_map(owner), owner);
    return changed;
}

std::string explain_failure(std::string_view output, const cluster_layout& layout)
{
    std::string causes;
    std::string last;
    for (auto rest = output; !rest.empty();) {
        const auto end = std::min(rest.find('\n'), rest.size());
        const auto line = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (line.find_first_not_of(' ') != std::string_view::npos)
            last = line;
        if (tells_a_cause(line))
            causes += fmt::format("\n  {}", line);
    }
    if (causes.empty())
        causes = last.empty() ? std::string{" (it said nothing)"} : fmt::format("\n  {}", last);
    for (const auto& known : remedies)
        if (output.find(known.sign) != std::string_view::npos)
            return fmt::format("{}\n{}", causes, known.text);
    return fmt::format("{}\nmore is in {}", causes, layout.log.string());
}

std::string read_from(const fs::path& file, std::uintmax_t offset)
{
    std::ifstream in{file, std::ios::binary};
    in.seekg(static_cast<std::streamoff>(offset));
    // Not by iterators, which throw where a read fails: what /proc says of a process ends with that.
    std::ostringstream text;
    text << in.rdbuf();
    return std::move(text).str();
}

} // namespace lightdash::ops
