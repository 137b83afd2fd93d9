#include "ops/postgres/cluster_home.hpp"

#include "lightdash/core/error.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>

namespace lightdash::ops {
namespace {

namespace fs = std::filesystem;

const fs::path shared_root = "/var/lib/lightdash";
constexpr std::string_view ready_line = "ready\n"; // in the lock's file, behind the holder's pid

bool is_root()
{
    return ::geteuid() == 0;
}

std::string reason(int code)
{
    return std::generic_category().message(code);
}

fs::path temporary_folder()
{
    const char* set = std::getenv("TMPDIR");
    return set && *set == '/' ? fs::path{set} : fs::path{"/tmp"};
}

// Like mkdir -p; what it makes can be entered by everybody, whatever the umask says, because the server may run as
// another account.
void create_folders(const fs::path& folder)
{
    struct stat found{};
    if (::stat(folder.c_str(), &found) == 0) {
        if (!S_ISDIR(found.st_mode))
            refuse_cluster(fmt::format("cannot keep a PostgreSQL cluster in {}: it is not a folder", folder.string()));
        return;
    }
    if (folder.has_relative_path())
        create_folders(folder.parent_path());
    if (::mkdir(folder.c_str(), 0755) != 0 && errno != EEXIST)
        refuse_cluster(fmt::format(
            "cannot create the folder {} for the private PostgreSQL: {}. Use another --data-dir, or set DATABASE_URL",
            folder.string(), reason(errno)));
    if (is_root())
        ::chmod(folder.c_str(), 0755);
}

// Asks the kernel, as that account: modes alone do not say it (ACLs, groups, containers).
bool can_enter(const account& who, const fs::path& folder)
{
    return run({.argv = {"/bin/true"}, .as = who, .folder = folder}, std::chrono::seconds{10}).ok();
}

bool reachable(const account& who, const fs::path& folder)
{
    try {
        return can_enter(who, folder);
    } catch (const error&) {
        return false;
    }
}

account server_account(const fs::path& data)
{
    if (!is_root())
        return current_account();
    struct stat found{};
    if (::stat(data.c_str(), &found) == 0 && found.st_uid != 0)
        return account_of(found.st_uid);
    if (auto known = find_account("postgres"))
        return *std::move(known);
    refuse_cluster(
        "PostgreSQL refuses to run as root, and this machine has no account named postgres to run it as. Create it "
        "(adduser "
        "--system --group postgres), or start this program as an ordinary user");
}

void check_owner(const fs::path& data, const account& owner)
{
    struct stat found{};
    if (::stat(data.c_str(), &found) != 0 || found.st_uid == owner.uid)
        return;
    std::error_code unreadable;
    if (!fs::exists(data / "PG_VERSION", unreadable) && !unreadable)
        return; // no cluster: an empty folder is replaced, a full one is refused for what is in it
    refuse_cluster(
        fmt::format("{} belongs to {} (uid {}), and PostgreSQL would run as {} (uid {}); nothing was touched. Run "
                    "as {}, or give the "
                    "folder away (chown -R {} {}), or use another --data-dir",
                    data.string(), account_of(found.st_uid).name, found.st_uid, owner.name, owner.uid,
                    account_of(found.st_uid).name, owner.name, data.string()));
}

} // namespace

void refuse_cluster(std::string message)
{
    throw error{error_kind::configuration, std::move(message)};
}

cluster_place prepare_place(const fs::path& data_dir)
{
    auto home = fs::absolute(data_dir).lexically_normal();
    if (!home.has_filename())
        home = home.parent_path();
    create_folders(home);
    home = fs::canonical(home); // what /proc says of a running server's folder
    const auto temporary = temporary_folder();
    cluster_place place{layout_in(home, temporary), server_account(home / "postgres"), false};

    if (is_root() && !reachable(place.owner, home)) {
        const auto elsewhere = shared_root / fmt::format("{}-{}", home.filename().string(), short_name(home));
        create_folders(elsewhere);
        place = {layout_in(elsewhere, temporary), server_account(elsewhere / "postgres"), true};
        if (!reachable(place.owner, elsewhere))
            refuse_cluster(
                fmt::format("PostgreSQL would run as {}, who can enter neither {} nor {}. Use a --data-dir that "
                            "this account can reach",
                            place.owner.name, home.string(), elsewhere.string()));
    }
    check_owner(place.layout.data, place.owner);
    return place;
}

void prepare_socket_folder(const cluster_place& place)
{
    const auto& folder = place.layout.socket;
    const bool fresh = ::mkdir(folder.c_str(), 0700) == 0;
    if (!fresh && errno != EEXIST)
        refuse_cluster(fmt::format("cannot create {} for PostgreSQL's socket: {}", folder.string(), reason(errno)));
    if (fresh && is_root() && ::chown(folder.c_str(), place.owner.uid, place.owner.gid) != 0)
        refuse_cluster(fmt::format("cannot give {} to {}: {}", folder.string(), place.owner.name, reason(errno)));

    // Under a temporary folder that everybody may write, the name could have been taken by somebody else.
    struct stat found{};
    if (::lstat(folder.c_str(), &found) != 0 || !S_ISDIR(found.st_mode) || found.st_uid != place.owner.uid)
        refuse_cluster(fmt::format(
            "{} is in the way: PostgreSQL's socket needs a folder of that name that belongs to {}. Remove it",
            folder.string(), place.owner.name));
    if ((found.st_mode & 0777) != 0700 && ::chmod(folder.c_str(), 0700) != 0)
        refuse_cluster(fmt::format("cannot close {} to other accounts: {}", folder.string(), reason(errno)));
}

folder_lock::folder_lock(const cluster_layout& layout)
    : fd_(::open(layout.lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600))
{
    if (fd_ < 0)
        refuse_cluster(fmt::format("cannot open {}: {}. Run as the account that owns it, or use another --data-dir",
                                   layout.lock.string(), reason(errno)));
    if (::flock(fd_, LOCK_EX | LOCK_NB) != 0) {
        const auto holder = read_from(layout.lock, 0);
        ::close(fd_);
        refuse_cluster(fmt::format(
            "another lightdash-backend{} uses the private PostgreSQL in {}. Stop it first, or give this one its own "
            "--data-dir, or let both use one server through DATABASE_URL",
            holder.empty() ? "" : fmt::format(" (pid {})", holder.substr(0, holder.find('\n'))), layout.home.string()));
    }
    const auto text = fmt::format("{}\n", ::getpid());
    [[maybe_unused]] const bool noted =
        ::ftruncate(fd_, 0) == 0 && ::write(fd_, text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

void folder_lock::say_ready() const
{
    [[maybe_unused]] const bool noted = ::write(fd_, ready_line.data(), ready_line.size()) > 0;
}

bool folder_lock::ready_in_another(const cluster_layout& layout)
{
    const int fd = ::open(layout.lock.c_str(), O_RDWR | O_CLOEXEC);
    if (fd < 0)
        return false;
    const bool held = ::flock(fd, LOCK_EX | LOCK_NB) != 0;
    ::close(fd);
    return held && read_from(layout.lock, 0).ends_with(ready_line);
}

folder_lock::~folder_lock()
{
    ::close(fd_);
}

} // namespace lightdash::ops
