#include "lightdash/core/uuid.hpp"

#include <pthread.h>
#include <sodium.h>

#include <algorithm>

namespace lightdash {
namespace {

constexpr int nibble(char c) noexcept
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

constexpr bool dash_before(std::size_t byte) noexcept
{
    return byte == 4 || byte == 6 || byte == 8 || byte == 10;
}

// One system call for many ids: it costs more than all else about them.
class random_source {
public:
    std::array<std::uint8_t, 16> take()
    {
        if (used_ == bytes_.size()) {
            randombytes_buf(bytes_.data(), bytes_.size());
            used_ = 0;
        }
        std::array<std::uint8_t, 16> taken;
        std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(used_), taken.size(), taken.begin());
        used_ += taken.size();
        return taken;
    }
    void forget() noexcept { used_ = bytes_.size(); }

private:
    std::array<std::uint8_t, 512> bytes_;
    std::size_t used_ = 512;
};

random_source& random_of_thread()
{
    thread_local random_source source;
    // A copy of this process must not hand out the same ids.
    [[maybe_unused]] static const int registered =
        ::pthread_atfork(nullptr, nullptr, [] { random_of_thread().forget(); });
    return source;
}

} // namespace

uuid uuid::random()
{
    auto bytes = random_of_thread().take();
    bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0f) | 0x40);
    bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3f) | 0x80);
    return uuid{bytes};
}

std::optional<uuid> uuid::parse(std::string_view text) noexcept
{
    if (text.size() != text_size)
        return std::nullopt;
    std::array<std::uint8_t, 16> bytes{};
    std::size_t at = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (dash_before(i) && text[at++] != '-')
            return std::nullopt;
        const int high = nibble(text[at]);
        const int low = nibble(text[at + 1]);
        if (high < 0 || low < 0)
            return std::nullopt;
        bytes[i] = static_cast<std::uint8_t>(high * 16 + low);
        at += 2;
    }
    return uuid{bytes};
}

void uuid::write_to(char* out) const noexcept
{
    static constexpr char digits[] = "0123456789abcdef";
    for (std::size_t i = 0; i < bytes_.size(); ++i) {
        if (dash_before(i))
            *out++ = '-';
        *out++ = digits[bytes_[i] >> 4];
        *out++ = digits[bytes_[i] & 0x0f];
    }
}

std::string uuid::to_string() const
{
    std::string text(text_size, '\0');
    write_to(text.data());
    return text;
}

} // namespace lightdash
