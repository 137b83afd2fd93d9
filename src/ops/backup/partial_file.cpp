#include "ops/backup/partial_file.hpp"

#include "lightdash/core/error.hpp"
#include "ops/child/child_process.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <system_error>

namespace lightdash::ops {
namespace {

namespace fs = std::filesystem;
constexpr std::string_view ending = ".partial";

[[noreturn]] void fail(const char* what, const fs::path& path)
{
    throw std::system_error(errno, std::generic_category(), fmt::format("cannot {} {}", what, path.string()));
}

void sync(const fs::path& path, int flags)
{
    const int fd = ::open(path.c_str(), flags | O_CLOEXEC);
    if (fd < 0)
        fail("open", path);
    const int result = ::fsync(fd);
    const int code = errno;
    ::close(fd);
    errno = code;
    if (result != 0 && code != EINVAL) // some file systems cannot sync a folder
        fail("write to the disk", path);
}

fs::path folder_of(const fs::path& file)
{
    return file.has_parent_path() ? file.parent_path() : fs::path{"."};
}

[[noreturn]] void refuse_existing(const fs::path& target)
{
    throw error{error_kind::usage, fmt::format("{} exists already and is never overwritten: give another name, or "
                                               "remove it first.",
                                               target.string())};
}

} // namespace

partial_file::partial_file(fs::path target) : target_(std::move(target))
{
    std::error_code ignored;
    if (fs::exists(fs::symlink_status(target_, ignored)))
        refuse_existing(target_);
    sweep();
    partial_ = folder_of(target_) / fmt::format(".{}.{}{}", target_.filename().string(), ::getpid(), ending);
    const int fd = ::open(partial_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        throw error{error_kind::usage, fmt::format("cannot write into the folder {}: {}.", folder_of(target_).string(),
                                                   std::generic_category().message(errno))};
    ::close(fd);
}

partial_file::~partial_file()
{
    ::unlink(partial_.c_str());
}

void partial_file::write(std::string_view text) const
{
    const int fd = ::open(partial_.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC);
    if (fd < 0)
        fail("open", partial_);
    while (!text.empty()) {
        const auto written = ::write(fd, text.data(), text.size());
        if (written < 0 && errno != EINTR) {
            const int code = errno;
            ::close(fd);
            errno = code;
            fail("write", partial_);
        }
        text.remove_prefix(written > 0 ? static_cast<std::size_t>(written) : 0);
    }
    ::close(fd);
}

void partial_file::publish()
{
    sync(partial_, O_RDWR);
    if (::renameat2(AT_FDCWD, partial_.c_str(), AT_FDCWD, target_.c_str(), RENAME_NOREPLACE) != 0) {
        if (errno == EEXIST)
            refuse_existing(target_);
        // Not every file system knows the flag.
        if (errno != EINVAL || ::rename(partial_.c_str(), target_.c_str()) != 0)
            fail("rename to", target_);
    }
    sync(folder_of(target_), O_RDONLY | O_DIRECTORY);
}

void partial_file::sweep() const
{
    const auto beginning = fmt::format(".{}.", target_.filename().string());
    std::error_code failed;
    for (const auto& entry : fs::directory_iterator{folder_of(target_), failed}) {
        const auto name = entry.path().filename().string();
        if (!name.starts_with(beginning) || !name.ends_with(ending) || name.size() <= beginning.size() + ending.size())
            continue;
        pid_t pid = 0;
        const auto* last = name.data() + name.size() - ending.size();
        const auto read = std::from_chars(name.data() + beginning.size(), last, pid);
        if (read.ec == std::errc{} && read.ptr == last && !process_alive(pid))
            ::unlink(entry.path().c_str());
    }
}

} // namespace lightdash::ops
