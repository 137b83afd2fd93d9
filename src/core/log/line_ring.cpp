#include "core/log/line_ring.hpp"

#include <algorithm>

namespace lightdash::log {
namespace {

constexpr std::size_t header = sizeof(std::uint32_t);

} // namespace

std::uint64_t line_ring::push(std::string_view line)
{
    const std::size_t needed = header + line.size();
    if (needed > bytes_.size())
        return 1;
    std::uint64_t lost = 0;
    for (; bytes_.size() - used_ < needed; ++lost)
        drop_front();
    const auto size = static_cast<std::uint32_t>(line.size());
    put(reinterpret_cast<const char*>(&size), header);
    put(line.data(), line.size());
    return lost;
}

std::uint64_t line_ring::pop_into(std::string& out, std::size_t most)
{
    std::uint64_t count = 0;
    for (std::size_t taken = 0; used_ != 0; ++count) {
        const std::size_t size = front_size();
        if (count != 0 && taken + size > most)
            break;
        const std::size_t end = out.size();
        out.resize(end + size);
        copy(first_ + header, out.data() + end, size);
        drop_front();
        taken += size;
    }
    return count;
}

std::uint32_t line_ring::front_size() const noexcept
{
    std::uint32_t size = 0;
    copy(first_, reinterpret_cast<char*>(&size), header);
    return size;
}

void line_ring::drop_front() noexcept
{
    const std::size_t size = header + front_size();
    first_ = (first_ + size) % bytes_.size();
    used_ -= size;
}

void line_ring::put(const char* from, std::size_t size) noexcept
{
    const std::size_t at = (first_ + used_) % bytes_.size();
    const std::size_t before_end = std::min(size, bytes_.size() - at);
    std::copy_n(from, before_end, bytes_.data() + at);
    std::copy_n(from + before_end, size - before_end, bytes_.data());
    used_ += size;
}

void line_ring::copy(std::size_t at, char* to, std::size_t size) const noexcept
{
    at %= bytes_.size();
    const std::size_t before_end = std::min(size, bytes_.size() - at);
    std::copy_n(bytes_.data() + at, before_end, to);
    std::copy_n(bytes_.data(), size - before_end, to + before_end);
}

} // namespace lightdash::log
