#include "lightdash/core/text_file.hpp"

#include "lightdash/core/error.hpp"
#include "lightdash/core/units.hpp"
#include "lightdash/core/utf8.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace lightdash {
namespace {

class file_descriptor {
public:
    explicit file_descriptor(int fd) noexcept : fd_(fd) {}
    ~file_descriptor()
    {
        if (fd_ >= 0)
            ::close(fd_);
    }
    file_descriptor(const file_descriptor&) = delete;
    file_descriptor& operator=(const file_descriptor&) = delete;
    int get() const noexcept { return fd_; }

private:
    int fd_;
};

[[noreturn]] void refuse(const std::filesystem::path& path, std::string_view why)
{
    throw error{error_kind::configuration, fmt::format("{} cannot be read: {}.", path.string(), why)};
}

std::string_view kind_of(mode_t mode)
{
    if (S_ISDIR(mode))
        return "it is a folder";
    if (S_ISFIFO(mode))
        return "it is a pipe, not a file";
    if (S_ISSOCK(mode))
        return "it is a socket, not a file";
    return "it is a device, not a file";
}

// The byte order marks of Unicode (section 23.8); UTF-32's little-endian one begins with UTF-16's.
std::string_view other_encoding(std::string_view bytes)
{
    using namespace std::string_view_literals;
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 4> marks{{
        {"\xFF\xFE\0\0"sv, "UTF-32"},
        {"\0\0\xFE\xFF"sv, "UTF-32"},
        {"\xFF\xFE"sv, "UTF-16"},
        {"\xFE\xFF"sv, "UTF-16"},
    }};
    for (const auto& [mark, encoding] : marks)
        if (bytes.starts_with(mark))
            return encoding;
    return {};
}

auto line_at(std::string_view text, std::size_t offset)
{
    return 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(offset), '\n');
}

[[noreturn]] void refuse_text(std::string_view name, std::string_view bytes, std::size_t offset, std::string_view what)
{
    throw error{error_kind::configuration, fmt::format("{}:{}: {}.", name, line_at(bytes, offset), what)};
}

} // namespace

std::string no_text_because(std::string_view bytes)
{
    if (const auto encoding = other_encoding(bytes); !encoding.empty())
        return fmt::format("byte 1 begins a {0} byte order mark: save the file as UTF-8", encoding);
    const auto nul = bytes.find('\0');
    if (nul == std::string_view::npos)
        return {};
    // Most of UTF-16's ASCII is a NUL in every second byte, with or without a mark.
    if (nul < 2 && bytes.size() > 3 && bytes[nul + 2] == '\0' && bytes[nul ^ 1] != '\0')
        return fmt::format("byte {} is NUL, and so is every second one: this is UTF-16; save the file as UTF-8",
                           nul + 1);
    return fmt::format("byte {} is NUL: this is no text", nul + 1);
}

std::string_view text_of(std::string_view name, std::string_view bytes)
{
    if (const auto why = no_text_because(bytes); !why.empty())
        refuse_text(name, bytes, other_encoding(bytes).empty() ? bytes.find('\0') : 0, why);
    std::string_view text = bytes;
    if (text.starts_with(byte_order_mark))
        text.remove_prefix(byte_order_mark.size());
    for (std::string_view rest = text; !rest.empty();) {
        const auto sequence = first_utf8_sequence(rest);
        if (!sequence.valid) {
            const auto offset = bytes.size() - rest.size();
            refuse_text(name, bytes, offset,
                        fmt::format("byte {} (0x{:02X}) is not UTF-8: save the file as UTF-8", offset + 1,
                                    static_cast<unsigned char>(bytes[offset])));
        }
        rest.remove_prefix(sequence.size);
    }
    return text;
}

std::string read_text_file(const std::filesystem::path& path, std::uint64_t limit)
{
    // Without O_NONBLOCK opening a pipe waits for a writer.
    const file_descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
    struct ::stat about{};
    if (file.get() < 0 || ::fstat(file.get(), &about) != 0)
        refuse(path, std::strerror(errno));
    if (!S_ISREG(about.st_mode))
        refuse(path, kind_of(about.st_mode));

    std::string bytes;
    // A file may grow, and those of /proc say that they are empty: what counts is what is read.
    for (std::size_t step = static_cast<std::size_t>(std::clamp<off_t>(about.st_size, 4096, 1 << 20));;) {
        if (bytes.size() > limit)
            refuse(path, fmt::format("it is larger than {}", size_to_text(limit)));
        const auto before = bytes.size();
        bytes.resize(before + step);
        const auto count = ::read(file.get(), bytes.data() + before, step);
        bytes.resize(before + static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
        if (count == 0)
            break;
        if (count < 0 && errno != EINTR)
            refuse(path, std::strerror(errno));
    }
    const auto text = text_of(path.string(), bytes);
    bytes.erase(0, bytes.size() - text.size());
    return bytes;
}

} // namespace lightdash
